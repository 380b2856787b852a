"""
boto3 as its users have it. The runner (boto3.test.ts) sets what `hozon env` prints, so a client needs no setting at all;
HOZON_HTTP and HOZON_HTTPS are the two addresses of one port.
"""

import itertools
import os

import boto3
import pytest
from botocore.config import Config

_numbers = itertools.count()

ROLE_ARN = "arn:aws:iam::123456789012:role/firehose"
BUCKET_ARN = "arn:aws:s3:::boto3-tests"
DESTINATION_ID = "destinationId-000000000001"


def make_client(**settings):
    config = settings.pop("config", None)
    # Nothing is hidden from a test: what the server answers comes back at once, and what boto3 itself would refuse goes out.
    strict = Config(retries={"total_max_attempts": 1}, parameter_validation=False)
    return boto3.client("firehose", config=strict if config is None else strict.merge(config), **settings)


@pytest.fixture(scope="session")
def client():
    return make_client()


@pytest.fixture
def name():
    """Of a stream that no other test has."""
    return f"stream-{os.getpid()}-{next(_numbers)}"


@pytest.fixture
def stream(client, name):
    """A stream that is there, and gone after the test."""
    client.create_delivery_stream(DeliveryStreamName=name, ExtendedS3DestinationConfiguration=s3())
    yield name
    remove(client, name)


def remove(client, name):
    try:
        client.delete_delivery_stream(DeliveryStreamName=name, AllowForceDelete=True)
    except client.exceptions.ResourceNotFoundException:
        pass  # The test deleted it itself.


def s3(**members):
    return {"RoleARN": ROLE_ARN, "BucketARN": BUCKET_ARN, **members}


def describe(client, name):
    return client.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]


def destination(client, name):
    return describe(client, name)["Destinations"][0]["ExtendedS3DestinationDescription"]


def code_of(error):
    return error.value.response["Error"]["Code"]


def text_of(error):
    return error.value.response["Error"]["Message"]


def status_of(error):
    return error.value.response["ResponseMetadata"]["HTTPStatusCode"]
