"""boto3 and awswrangler as their users have them. The runner (python.test.ts) sets what `hozon env` prints."""

import contextlib
import time

import boto3
import pytest


@pytest.fixture(scope="session")
def athena():
    return boto3.client("athena")


@pytest.fixture(scope="session")
def s3():
    return boto3.client("s3")


@pytest.fixture(scope="session")
def bucket(s3):
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket="python-tests")
    return "python-tests"


@pytest.fixture(scope="session")
def run(athena):
    """Runs a statement to its end; gives its QueryExecution."""

    def to_its_end(sql, **settings):
        started = athena.start_query_execution(QueryString=sql, **settings)
        while True:
            execution = athena.get_query_execution(**{"QueryExecutionId": started["QueryExecutionId"]})["QueryExecution"]
            if execution["Status"]["State"] not in ("QUEUED", "RUNNING"):
                return execution
            time.sleep(0.05)

    return to_its_end


@pytest.fixture(scope="session")
def database(run):
    execution = run("CREATE DATABASE IF NOT EXISTS python_tests")
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    return "python_tests"
