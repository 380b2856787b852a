"""
Lets moto's own Firehose tests run against Hozon.

Hozon has no `/moto-api/reset`, so all streams are deleted before each test. And moto's tests name a bucket as
`arn:aws:s3::name`, which AWS refuses (test/clients/boto3 checks that Hozon does too): it is sent as `arn:aws:s3:::name`.
"""

import os
import time

import boto3
import botocore.client
import pytest

_call = botocore.client.BaseClient._make_api_call


def _corrected(value):
    if isinstance(value, dict):
        return {name: _corrected(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_corrected(member) for member in value]
    if isinstance(value, str) and value.startswith("arn:aws:s3::"):
        return "arn:aws:s3:::" + value.removeprefix("arn:aws:s3::").lstrip(":")
    return value


def _corrected_call(self, operation_name, api_params):
    return _call(self, operation_name, _corrected(api_params))


def _delete_all_streams():
    client = boto3.client(
        "firehose",
        region_name="us-east-1",
        endpoint_url=os.environ["TEST_SERVER_MODE_ENDPOINT"],
        aws_access_key_id="FOOBARKEY",
        aws_secret_access_key="FOOBARSECRET",
    )
    deleted = set()
    for _ in range(600):
        names = client.list_delivery_streams(Limit=10000)["DeliveryStreamNames"]
        if not names:
            return
        for name in set(names) - deleted:
            client.delete_delivery_stream(DeliveryStreamName=name, AllowForceDelete=True)
            deleted.add(name)
        time.sleep(0.05)
    raise AssertionError(f"streams are still there after their deletion: {names}")


@pytest.fixture(autouse=True)
def no_streams(monkeypatch):
    _delete_all_streams()
    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", _corrected_call)
