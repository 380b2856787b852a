"""Clients of the running server, and a bucket with a database for each test."""

import os

import boto3
import pytest

os.environ.setdefault("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def glue():
    return boto3.client("glue")


@pytest.fixture
def s3():
    return boto3.client("s3")


@pytest.fixture
def athena():
    return boto3.client("athena")


@pytest.fixture
def reader():
    identity, secret = os.environ["HOZON_READ_KEY"].split(" ")
    return boto3.client("glue", aws_access_key_id=identity, aws_secret_access_key=secret)


@pytest.fixture
def lake(request, glue, s3):
    """The name of a bucket, and of a database, that are there for this test only."""
    name = request.node.name.replace("_", "-").replace("[", "-").replace("]", "").lower()[:60]
    s3.create_bucket(Bucket=name)
    database = name.replace("-", "_")
    glue.create_database(DatabaseInput={"Name": database})
    return name, database
