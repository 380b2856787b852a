"""Current boto3: executions, results, errors, paginators."""

import uuid

import boto3
import pytest
from botocore.exceptions import ClientError


def rows(athena, execution):
    pages = athena.get_paginator("get_query_results").paginate(
        QueryExecutionId=execution["QueryExecutionId"], PaginationConfig={"PageSize": 500}
    )
    return [
        [cell.get("VarCharValue") for cell in row["Data"]] for page in pages for row in page["ResultSet"]["Rows"]
    ]


def test_a_query_and_its_pages(athena, run):
    execution = run("SELECT n, nullif(n % 2, 0) AS odd FROM UNNEST(sequence(1, 1200)) AS t(n) ORDER BY n")
    assert execution["Status"]["State"] == "SUCCEEDED"
    assert execution["StatementType"] == "DML"
    assert "StateChangeReason" not in execution["Status"]
    found = rows(athena, execution)
    assert found[:3] == [["n", "odd"], ["1", "1"], ["2", None]]
    assert len(found) == 1201


def test_types_of_columns(athena, run):
    execution = run("SELECT 1 AS i, DECIMAL '1.5' AS d, 'a' AS s, DATE '2026-01-02' AS t, ARRAY[1, 2] AS l")
    answer = athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"])
    columns = answer["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    assert [column["Type"] for column in columns] == ["integer", "decimal", "varchar", "date", "array"]
    assert [cell["VarCharValue"] for cell in answer["ResultSet"]["Rows"][1]["Data"]] == [
        "1",
        "1.5",
        "a",
        "2026-01-02",
        "[1, 2]",
    ]


def test_execution_parameters(athena, run):
    execution = run("SELECT ? AS a, ? AS b", ExecutionParameters=["1", "'it''s'"])
    assert rows(athena, execution)[1] == ["1", "it's"]
    assert execution["ExecutionParameters"] == ["1", "'it''s'"]


def test_prepared_statements(athena, run):
    assert run("PREPARE two FROM SELECT ? + ? AS n")["Status"]["State"] == "SUCCEEDED"
    assert rows(athena, run("EXECUTE two USING 1, 2")) == [["n"], ["3"]]
    listed = athena.list_prepared_statements(WorkGroup="primary")["PreparedStatements"]
    assert [statement["StatementName"] for statement in listed] == ["two"]
    assert run("DEALLOCATE PREPARE two")["Status"]["State"] == "SUCCEEDED"
    with pytest.raises(athena.exceptions.ResourceNotFoundException):
        athena.get_prepared_statement(StatementName="two", WorkGroup="primary")


def test_the_same_token_is_the_same_query(athena):
    token = str(uuid.uuid4())
    first = athena.start_query_execution(QueryString="SELECT 1", ClientRequestToken=token)
    again = athena.start_query_execution(QueryString="SELECT 1", ClientRequestToken=token)
    assert first["QueryExecutionId"] == again["QueryExecutionId"]
    with pytest.raises(athena.exceptions.InvalidRequestException):
        athena.start_query_execution(QueryString="SELECT 2", ClientRequestToken=token)


def test_result_reuse(run):
    sql = f"SELECT '{uuid.uuid4()}' AS once"
    reuse = {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 5}}
    first = run(sql, ResultReuseConfiguration=reuse)
    second = run(sql, ResultReuseConfiguration=reuse)
    reused = [execution["Statistics"]["ResultReuseInformation"] for execution in (first, second)]
    assert [information["ReusedPreviousResult"] for information in reused] == [False, True]


def test_errors(athena, run):
    with pytest.raises(ClientError) as error:
        athena.start_query_execution(QueryString="blah_blah")
    assert error.value.response["Error"]["Code"] == "InvalidRequestException"
    assert error.value.response["AthenaErrorCode"] == "MALFORMED_QUERY"
    assert "mismatched input 'blah_blah'" in error.value.response["Error"]["Message"]
    with pytest.raises(athena.exceptions.InvalidRequestException) as error:
        athena.start_query_execution(
            QueryString="SELECT 1", ResultConfiguration={"OutputLocation": "s3://no-such-bucket-at-all/x/"}
        )
    assert "Unable to verify/create output bucket no-such-bucket-at-all" in str(error.value)
    failed = run("SELECT 1 / (SELECT 0)")
    assert failed["Status"]["State"] == "FAILED"
    assert failed["Status"]["StateChangeReason"].startswith("DIVISION_BY_ZERO")


def test_named_queries(athena):
    made = athena.create_named_query(Name="n", Database="default", QueryString="SELECT 1")
    listed = athena.get_paginator("list_named_queries").paginate().build_full_result()
    assert made["NamedQueryId"] in listed["NamedQueryIds"]
    athena.delete_named_query(NamedQueryId=made["NamedQueryId"])


def test_tables_by_sql(athena, run, database):
    name = f"{database}.by_sql"
    for sql in (f"DROP TABLE IF EXISTS {name}", f"CREATE TABLE {name} AS SELECT 1 AS a, 'x' AS b"):
        execution = run(sql)
        assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    assert execution["SubstatementType"] == "CREATE_TABLE_AS_SELECT"
    assert execution["Statistics"]["DataManifestLocation"].endswith("-manifest.csv")
    answer = athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"])
    assert (answer["UpdateCount"], answer["ResultSet"]["Rows"]) == (1, [])
    assert rows(athena, run(f"SELECT * FROM {name}")) == [["a", "b"], ["1", "x"]]
    inserted = run(f"INSERT INTO {name} VALUES (2, 'y'), (3, NULL)")
    assert inserted["Status"]["State"] == "SUCCEEDED", inserted["Status"]
    assert athena.get_query_results(QueryExecutionId=inserted["QueryExecutionId"])["UpdateCount"] == 2
    assert rows(athena, run(f"SHOW TABLES IN {database} 'by*'")) == [["by_sql"]]
    table = athena.get_table_metadata(CatalogName="AwsDataCatalog", DatabaseName=database, TableName="by_sql")
    assert [column["Name"] for column in table["TableMetadata"]["Columns"]] == ["a", "b"]
    assert run(f"DROP TABLE {name}")["Status"]["State"] == "SUCCEEDED"
    with pytest.raises(athena.exceptions.MetadataException):
        athena.get_table_metadata(CatalogName="AwsDataCatalog", DatabaseName=database, TableName="by_sql")


def test_whose_key_it_is():
    sts = boto3.client("sts")
    identity = sts.get_caller_identity()
    assert identity["Account"] == "123456789012"
    assert identity["Arn"].endswith(f"user/{identity['UserId']}")
    stranger = boto3.client("sts", aws_access_key_id="AKIANOBODY", aws_secret_access_key="x")
    with pytest.raises(ClientError) as error:
        stranger.get_caller_identity()
    assert error.value.response["Error"]["Code"] == "InvalidClientTokenId"
    with pytest.raises(ClientError) as error:
        sts.get_session_token()
    assert error.value.response["Error"]["Code"] == "InvalidAction"
