"""boto3 against the catalog: what it sends, what it makes of errors, its paginators."""

import pytest
from botocore.exceptions import ClientError


def _table(name, **more):
    storage = {
        "Columns": [{"Name": "id", "Type": "bigint"}],
        "Location": f"s3://lake/{name}/",
        "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
        "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        "SerdeInfo": {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"},
    }
    keys = [{"Name": "dt", "Type": "string"}, {"Name": "hour", "Type": "int"}]
    return {"Name": name, "StorageDescriptor": storage, "PartitionKeys": keys, "TableType": "EXTERNAL_TABLE", **more}


def test_partitions_of_a_large_table(glue, lake):
    _, database = lake
    glue.create_table(DatabaseName=database, TableInput=_table("t"))
    names = {"DatabaseName": database, "TableName": "t"}
    values = [[f"2026-01-{day:02}", str(hour)] for day in range(1, 32) for hour in range(24)]
    for at in range(0, len(values), 100):
        inputs = [{"Values": value} for value in values[at : at + 100]]
        assert not glue.batch_create_partition(**names, PartitionInputList=inputs).get("Errors")
    pages = list(glue.get_paginator("get_partitions").paginate(**names, PaginationConfig={"PageSize": 100}))
    found = [partition["Values"] for page in pages for partition in page["Partitions"]]
    assert sorted(found) == sorted(values)
    assert len(pages) == 8
    some = glue.get_partitions(**names, Expression="dt = '2026-01-05' AND hour >= 22")["Partitions"]
    assert sorted(partition["Values"] for partition in some) == [["2026-01-05", "22"], ["2026-01-05", "23"]]
    segments = [
        glue.get_partitions(**names, Segment={"SegmentNumber": number, "TotalSegments": 5})["Partitions"]
        for number in range(5)
    ]
    assert sum(len(segment) for segment in segments) == len(values)


def test_optimistic_lock(glue, lake):
    _, database = lake
    glue.create_table(DatabaseName=database, TableInput=_table("t"))
    glue.update_table(DatabaseName=database, TableInput=_table("t", Description="1"), VersionId="0", SkipArchive=True)
    with pytest.raises(glue.exceptions.ConcurrentModificationException):
        glue.update_table(DatabaseName=database, TableInput=_table("t", Description="2"), VersionId="0")
    versions = glue.get_table_versions(DatabaseName=database, TableName="t")["TableVersions"]
    assert [version["VersionId"] for version in versions] == ["1"]


def test_errors_have_their_classes(glue, lake):
    _, database = lake
    with pytest.raises(glue.exceptions.EntityNotFoundException, match="Table none not found."):
        glue.get_table(DatabaseName=database, Name="none")
    with pytest.raises(glue.exceptions.AlreadyExistsException):
        glue.create_database(DatabaseInput={"Name": database})
    with pytest.raises(glue.exceptions.InvalidInputException):
        glue.get_partitions(DatabaseName="logs", TableName="web", Expression="dt ~ 'a'")
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.get_connection(Name="none")


def test_tables_of_streams_are_read_only(glue):
    table = glue.get_table(DatabaseName="logs", Name="web")["Table"]
    storage = table["StorageDescriptor"]
    assert storage["SerdeInfo"]["SerializationLibrary"].endswith("ParquetHiveSerDe")
    assert storage["NumberOfBuckets"] == 0
    assert [key["Name"] for key in table["PartitionKeys"]] == ["dt"]
    with pytest.raises(glue.exceptions.InvalidInputException, match="read-only"):
        glue.delete_table(DatabaseName="logs", Name="web")


def test_partitions_of_a_stream_are_there_when_they_are_delivered(glue, s3):
    (partition,) = glue.get_partitions(DatabaseName="logs", TableName="web")["Partitions"]
    assert partition["Values"] == ["2026-01-02"]
    location = partition["StorageDescriptor"]["Location"]
    assert location == "s3://logs/web/dt=2026-01-02/"
    listed = s3.list_objects_v2(Bucket="logs", Prefix=location.removeprefix("s3://logs/"))["Contents"]
    assert partition["Parameters"]["numFiles"] == str(len(listed))
    assert partition["Parameters"]["numRows"] == "2"


def test_a_reader_reads_and_changes_nothing(reader, lake):
    _, database = lake
    assert reader.get_tables(DatabaseName=database)["TableList"] == []
    for call in (
        lambda: reader.create_table(DatabaseName=database, TableInput=_table("t")),
        lambda: reader.start_crawler(Name="c"),
        lambda: reader.delete_database(Name=database),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            call()
