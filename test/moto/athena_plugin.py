"""
Lets moto's own Athena tests run against Hozon.

Hozon has no `/moto-api/reset`, so all workgroups, statements and databases are deleted before each test. And most of moto's statements are no SQL,
and their output locations no buckets, which AWS refuses: such a statement is sent as a question for itself, to a bucket that is there.
"""

import os
import time

import boto3
import botocore.client
import pytest

_call = botocore.client.BaseClient._make_api_call
_WORDS = ("SELECT", "CREATE", "SHOW", "DROP", "INSERT", "WITH")


def _client(service):
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=os.environ["TEST_SERVER_MODE_ENDPOINT"],
        aws_access_key_id="FOOBARKEY",
        aws_secret_access_key="FOOBARSECRET",
    )


def _delete_all():
    client = _client("athena")
    for group in client.list_work_groups()["WorkGroups"]:
        if group["Name"] != "primary":
            client.delete_work_group(WorkGroup=group["Name"], RecursiveDeleteOption=True)
    for query in client.list_named_queries()["NamedQueryIds"]:
        client.delete_named_query(NamedQueryId=query)
    glue = _client("glue")
    for database in glue.get_databases()["DatabaseList"]:
        glue.delete_database(Name=database["Name"])
    for statement in client.list_prepared_statements(WorkGroup="primary")["PreparedStatements"]:
        client.delete_prepared_statement(StatementName=statement["StatementName"], WorkGroup="primary")


def _bucket_of(location):
    """Makes it, and gives a location that is one."""
    if not location.startswith("s3://"):
        location = f"s3://{location}/"
    client = _client("s3")
    try:
        client.create_bucket(Bucket=location.split("/")[2])
    except client.exceptions.BucketAlreadyOwnedByYou:
        pass
    return location


def _wait(query):
    client = _client("athena")
    for _ in range(400):
        state = client.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]["State"]
        if state not in ("QUEUED", "RUNNING"):
            return
        time.sleep(0.02)


def _corrected_call(self, operation_name, api_params):
    if operation_name != "StartQueryExecution" or "QueryString" not in api_params:
        return _call(self, operation_name, api_params)
    sql = api_params["QueryString"]
    if not sql.lstrip().upper().startswith(_WORDS):
        sql = f"SELECT '{sql}'"
    corrected = {**api_params, "QueryString": sql}
    location = api_params.get("ResultConfiguration", {}).get("OutputLocation")
    if location is not None:
        corrected["ResultConfiguration"] = {"OutputLocation": _bucket_of(location)}
    _bucket_of("s3://bucket-name/")
    answer = _call(self, operation_name, corrected)
    # At moto every execution is over at once.
    _wait(answer["QueryExecutionId"])
    return answer


@pytest.fixture(autouse=True)
def nothing_there(monkeypatch):
    _delete_all()
    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", _corrected_call)
