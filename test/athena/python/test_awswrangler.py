"""awswrangler (AWS SDK for pandas): questions with and without CTAS, UNLOAD, data sets with a table."""

import itertools
import os

import awswrangler as wr
import pandas as pd
import pytest

FRAME = pd.DataFrame(
    {
        "id": [1, 2, 3],
        "name": ["a", None, ""],
        "value": [0.5, None, 2.0],
        "at": pd.to_datetime(["2026-01-01 00:00:00", "2026-01-02 03:04:05", None]),
        "dt": ["2026-01-01", "2026-01-02", "2026-01-02"],
    }
)


@pytest.fixture(scope="module")
def table(bucket, database):
    wr.s3.to_parquet(
        FRAME,
        path=f"s3://{bucket}/wrangler/",
        dataset=True,
        database=database,
        table="wrangler",
        partition_cols=["dt"],
        mode="overwrite",
    )
    return "wrangler"


_numbers = itertools.count()


def ask(sql, database, bucket, **how):
    # UNLOAD wants a place where nothing is.
    output = f"s3://{bucket}/wrangler-output/{os.getpid()}-{next(_numbers)}/"
    return wr.athena.read_sql_query(sql, database=database, s3_output=output, **how)


CTAS = {"ctas_approach": True}
CSV = {"ctas_approach": False}
UNLOAD = {"ctas_approach": False, "unload_approach": True}


@pytest.mark.parametrize("how", [CTAS, CSV, UNLOAD])
def test_read_sql_query(table, database, bucket, how):
    frame = ask(f"SELECT id, name, value, at, dt FROM {table} ORDER BY id", database, bucket, **how)
    frame = frame.sort_values("id").reset_index(drop=True)
    assert list(frame["id"]) == [1, 2, 3]
    # From CSV it reads the empty text as missing, too.
    assert list(frame["name"].fillna("-")) == ["a", "-", "-" if how == CSV else ""]
    assert frame["value"][0] == 0.5 and pd.isna(frame["value"][1])
    assert frame["at"][1] == pd.Timestamp("2026-01-02 03:04:05")
    assert [str(dt) for dt in frame["dt"]] == ["2026-01-01", "2026-01-02", "2026-01-02"]


def test_read_sql_query_in_chunks(table, database, bucket):
    sql = "SELECT n FROM UNNEST(sequence(1, 2500)) AS t(n)"
    frames = list(ask(sql, database, bucket, ctas_approach=False, chunksize=1000))
    assert [len(frame) for frame in frames] == [1000, 1000, 500]


def test_read_sql_table(table, database, bucket):
    frame = wr.athena.read_sql_table(table, database=database, s3_output=f"s3://{bucket}/wrangler-output/")
    assert sorted(frame["id"]) == [1, 2, 3]


def test_params(table, database, bucket):
    frame = ask(
        f"SELECT id FROM {table} WHERE dt = :dt", database, bucket, ctas_approach=False, params={"dt": "2026-01-01"}
    )
    assert list(frame["id"]) == [1]
    frame = ask(
        f"SELECT id FROM {table} WHERE id > ? AND dt = ?",
        database,
        bucket,
        ctas_approach=False,
        params=["2", "'2026-01-02'"],
        paramstyle="qmark",
    )
    assert list(frame["id"]) == [3]


def test_catalog(table, database):
    assert wr.catalog.does_table_exist(database=database, table=table)
    columns = wr.catalog.get_table_types(database=database, table=table)
    assert columns == {"id": "bigint", "name": "string", "value": "double", "at": "timestamp", "dt": "string"}
    assert len(wr.catalog.get_partitions(database=database, table=table)) == 2


def test_append_and_repair(table, database, bucket, run):
    day = "2026-01-03"
    more = pd.DataFrame({"id": [4], "name": ["d"], "value": [1.0], "at": [pd.Timestamp(day)], "dt": [day]})
    wr.s3.to_parquet(
        more,
        path=f"s3://{bucket}/wrangler/",
        dataset=True,
        database=database,
        table=table,
        partition_cols=["dt"],
        mode="append",
    )
    assert list(ask(f"SELECT id FROM {table} WHERE dt = '{day}'", database, bucket, **CSV)["id"]) == [4]
    assert wr.athena.repair_table(table=table, database=database) == "SUCCEEDED"


def test_create_ctas_table(table, database, bucket):
    made = wr.athena.create_ctas_table(
        sql=f"SELECT id, name FROM {table}",
        database=database,
        ctas_table="wrangler_ctas",
        s3_output=f"s3://{bucket}/wrangler-ctas/",
        wait=True,
    )
    assert made["ctas_query_metadata"].manifest_location is not None
    assert wr.catalog.does_table_exist(database=database, table="wrangler_ctas")
    wr.catalog.delete_table_if_exists(database=database, table="wrangler_ctas")


def test_a_bucket_of_its_own(database):
    # Its name has the account, which awswrangler asks STS for.
    path = wr.athena.create_athena_bucket()
    assert path.startswith("s3://aws-athena-query-results-123456789012-")
    assert wr.athena.create_athena_bucket() == path
    frame = wr.athena.read_sql_query("SELECT 1 AS n", database=database, s3_output=path, ctas_approach=False)
    assert frame["n"].tolist() == [1]
