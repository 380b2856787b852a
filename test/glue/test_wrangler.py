"""awswrangler's catalog functions."""

import awswrangler as wr
import pandas as pd
import pytest


def test_databases(lake):
    _, database = lake
    assert database in {entry["Name"] for entry in wr.catalog.get_databases()}
    assert database in wr.catalog.databases(limit=100)["Database"].tolist()
    wr.catalog.create_database(name="made_by_wrangler", exist_ok=True)
    wr.catalog.create_database(name="made_by_wrangler", description="again", exist_ok=True)
    wr.catalog.delete_database("made_by_wrangler")


def test_tables(lake):
    bucket, database = lake
    path = f"s3://{bucket}/t/"
    wr.catalog.create_parquet_table(
        database=database,
        table="t",
        path=path,
        columns_types={"c0": "int", "c1": "string", "c2": "array<double>"},
        partitions_types={"dt": "string", "n": "int"},
        description="a table",
        parameters={"k": "v"},
        columns_comments={"c0": "the first"},
    )
    assert wr.catalog.does_table_exist(database=database, table="t")
    assert not wr.catalog.does_table_exist(database=database, table="none")
    assert wr.catalog.get_table_location(database=database, table="t") == path
    assert wr.catalog.get_table_types(database=database, table="t") == {
        "c0": "int",
        "c1": "string",
        "c2": "array<double>",
        "dt": "string",
        "n": "int",
    }
    assert wr.catalog.get_columns_comments(database=database, table="t")["c0"] == "the first"
    assert wr.catalog.get_table_description(database=database, table="t") == "a table"
    assert wr.catalog.get_table_parameters(database=database, table="t")["k"] == "v"
    wr.catalog.upsert_table_parameters(parameters={"k2": "v2"}, database=database, table="t")
    wr.catalog.overwrite_table_parameters(parameters={"only": "this"}, database=database, table="t")
    assert wr.catalog.get_table_parameters(database=database, table="t") == {"only": "this"}
    assert [table["Name"] for table in wr.catalog.search_tables(text="a table")] == ["t"]
    assert [table["Name"] for table in wr.catalog.get_tables(database=database, name_prefix="t")] == ["t"]
    assert [table["Name"] for table in wr.catalog.get_tables(database=database, name_contains="x")] == []
    assert wr.catalog.table(database=database, table="t")["Column Name"].tolist() == ["c0", "c1", "c2", "dt", "n"]
    assert wr.catalog.delete_table_if_exists(database=database, table="t")
    assert not wr.catalog.delete_table_if_exists(database=database, table="t")


def test_partitions(lake):
    bucket, database = lake
    path = f"s3://{bucket}/p/"
    wr.catalog.create_csv_table(
        database=database,
        table="p",
        path=path,
        columns_types={"c0": "int"},
        partitions_types={"y": "int", "m": "int"},
    )
    values = {f"{path}y=2026/m={month}/": ["2026", str(month)] for month in range(1, 151)}
    wr.catalog.add_csv_partitions(database=database, table="p", partitions_values=values)
    # What is there already is no error.
    wr.catalog.add_csv_partitions(database=database, table="p", partitions_values=values)
    assert wr.catalog.get_partitions(database=database, table="p") == values
    few = wr.catalog.get_csv_partitions(database=database, table="p", expression="y = 2026 AND m IN (2, 3)")
    assert few == {f"{path}y=2026/m={month}/": ["2026", str(month)] for month in (2, 3)}
    wr.catalog.delete_partitions(table="p", database=database, partitions_values=[["2026", "1"], ["2026", "2"]])
    assert len(wr.catalog.get_partitions(database=database, table="p")) == 148
    wr.catalog.delete_all_partitions(table="p", database=database)
    assert wr.catalog.get_partitions(database=database, table="p") == {}
    wr.catalog.add_column(database=database, table="p", column_name="c1", column_type="string", column_comment="new")
    wr.catalog.delete_column(database=database, table="p", column_name="c0")
    assert list(wr.catalog.get_table_types(database=database, table="p")) == ["c1", "y", "m"]
    versions = wr.catalog.get_table_number_of_versions(database=database, table="p")
    assert versions == 3


@pytest.mark.parametrize("mode", ["overwrite", "append"])
def test_dataset(lake, mode):
    bucket, database = lake
    frame = pd.DataFrame({"id": [1, 2, 3], "name": ["a", "b", None], "dt": ["x", "y", "y"]})
    for _ in range(2):
        wr.s3.to_parquet(
            df=frame,
            path=f"s3://{bucket}/d/",
            dataset=True,
            database=database,
            table="d",
            partition_cols=["dt"],
            mode=mode,
        )
    partitions = wr.catalog.get_parquet_partitions(database=database, table="d")
    assert sorted(partitions.values()) == [["x"], ["y"]]
    assert wr.catalog.get_table_types(database=database, table="d") == {"id": "bigint", "name": "string", "dt": "string"}
    read = wr.s3.read_parquet_table(database=database, table="d")
    assert len(read) == (3 if mode == "overwrite" else 6)
