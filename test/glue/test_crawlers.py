"""Crawlers in a running server, with their process; what they find is read by Athena."""

import gzip
import io
import time

import pyarrow
import pyarrow.parquet


def _run(glue, name):
    glue.start_crawler(Name=name)
    assert glue.get_crawler(Name=name)["Crawler"]["State"] == "RUNNING"
    for _ in range(300):
        crawler = glue.get_crawler(Name=name)["Crawler"]
        if crawler["State"] == "READY":
            return crawler["LastCrawl"]
        time.sleep(0.1)
    raise AssertionError("the crawler does not end")


def _rows(athena, database, query):
    started = athena.start_query_execution(QueryString=query, QueryExecutionContext={"Database": database})
    execution = started["QueryExecutionId"]
    for _ in range(300):
        status = athena.get_query_execution(QueryExecutionId=execution)["QueryExecution"]["Status"]
        if status["State"] not in ("QUEUED", "RUNNING"):
            break
        time.sleep(0.1)
    assert status["State"] == "SUCCEEDED", status
    rows = athena.get_query_results(QueryExecutionId=execution)["ResultSet"]["Rows"]
    return [[cell.get("VarCharValue") for cell in row["Data"]] for row in rows[1:]]


def _parquet(table):
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(table), buffer)
    return buffer.getvalue()


def _put(s3, bucket, files):
    for key, body in files.items():
        s3.put_object(Bucket=bucket, Key=key, Body=body)


def _crawl(glue, lake, path, **more):
    bucket, database = lake
    name = f"{database}-crawler"
    targets = {"S3Targets": [{"Path": f"s3://{bucket}/{path}"}]}
    glue.create_crawler(Name=name, Role="r", DatabaseName=database, Targets=targets, **more)
    last = _run(glue, name)
    assert last["Status"] == "SUCCEEDED", last
    return last


def test_crawl_of_four_formats(glue, s3, athena, lake):
    bucket, database = lake
    access = '1.2.3.4 - bob [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" 200 2326 "http://x/" "Mozilla/4.08"\n'
    _put(
        s3,
        bucket,
        {
            "in/events/dt=2026-01-01/a.json.gz": gzip.compress(b'{"id":1,"Name":"a"}\n{"id":2,"Name":"b"}\n'),
            "in/events/dt=2026-01-02/a.json.gz": gzip.compress(b'{"id":3,"Name":"c"}\n'),
            "in/prices/a.csv": b"item,price\nx,1.5\ny,2\n",
            "in/orders/a.parquet": _parquet({"id": [1, 2], "tags": [["p"], ["q", "r"]]}),
            "in/access/a.log": access,
        },
    )
    _crawl(glue, lake, "in/")
    tables = {table["Name"]: table for table in glue.get_tables(DatabaseName=database)["TableList"]}
    assert sorted(tables) == ["access", "events", "orders", "prices"]
    assert {name: table["Parameters"]["classification"] for name, table in tables.items()} == {
        "access": "combinedapache",
        "events": "json",
        "orders": "parquet",
        "prices": "csv",
    }
    assert _rows(athena, database, "SELECT id, name, dt FROM events ORDER BY id") == [
        ["1", "a", "2026-01-01"],
        ["2", "b", "2026-01-01"],
        ["3", "c", "2026-01-02"],
    ]
    assert _rows(athena, database, "SELECT item, price FROM prices ORDER BY item") == [["x", "1.5"], ["y", "2.0"]]
    assert _rows(athena, database, "SELECT id, cardinality(tags) FROM orders ORDER BY id") == [["1", "1"], ["2", "2"]]
    assert _rows(athena, database, "SELECT clientip, verb, response FROM access") == [["1.2.3.4", "GET", "200"]]


def test_crawl_with_a_pattern_that_has_no_end(glue, s3, lake):
    """The process that looks into files is ended; the crawl goes on without the file."""
    bucket, database = lake
    glue.create_classifier(
        GrokClassifier={"Name": "slow", "Classification": "slow", "GrokPattern": "(?<x>(a|a)*b)(?<y>\\1)"}
    )
    _put(s3, bucket, {"in/bad/a.log": b"a" * 40 + b"c\n", "in/good/a.json": b'{"id":1}\n'})
    _crawl(glue, lake, "in/", Classifiers=["slow"])
    names = [table["Name"] for table in glue.get_tables(DatabaseName=database)["TableList"]]
    assert names == ["good"]
