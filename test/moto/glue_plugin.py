"""
Lets moto's own Glue tests run against Hozon.

Hozon has no `/moto-api/reset`, so all databases, crawlers and classifiers are deleted before each test. And moto's tests of
partitions make most of their tables without partition keys, to which AWS adds no partition: those get a key.
"""

import os
import sys
import time
import types

import boto3
import botocore.client
import pytest

# The server's time can not be frozen, and requests that are signed years ago are refused.
sys.modules["freezegun"] = types.SimpleNamespace(freeze_time=lambda *_, **__: lambda test: test)

_call = botocore.client.BaseClient._make_api_call
_KEY = {"Name": "moto_key", "Type": "string"}


def _client():
    return boto3.client(
        "glue",
        region_name="us-east-1",
        endpoint_url=os.environ["TEST_SERVER_MODE_ENDPOINT"],
        aws_access_key_id="FOOBARKEY",
        aws_secret_access_key="FOOBARSECRET",
    )


def _delete_all(client):
    for name in client.list_crawlers(MaxResults=1000)["CrawlerNames"]:
        for _ in range(200):
            try:
                client.delete_crawler(Name=name)
                break
            except client.exceptions.CrawlerRunningException:
                time.sleep(0.02)
    for database in client.get_databases()["DatabaseList"]:
        client.delete_database(Name=database["Name"])


def _ready(client, name):
    for _ in range(400):
        if client.get_crawler(Name=name)["Crawler"]["State"] == "READY":
            return
        time.sleep(0.02)


def _corrected(test):
    """moto ends a crawl when somebody lists it; here it ends by itself, and the next one waits for that."""

    def call(self, operation_name, api_params):
        if operation_name == "CreateTable" and "partition" in test:
            table = api_params.get("TableInput")
            if table is not None and not table.get("PartitionKeys"):
                table["PartitionKeys"] = [_KEY]
        if operation_name == "StartCrawler" and "already_running" not in test:
            _ready(_client(), api_params["Name"])
        if operation_name == "ListCrawls" and ("end_time" in test or "multiple" in test):
            _ready(_client(), api_params["CrawlerName"])
        return _call(self, operation_name, api_params)

    return call


@pytest.fixture(autouse=True)
def empty_catalog(request, monkeypatch):
    _delete_all(_client())
    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", _corrected(request.node.name))
