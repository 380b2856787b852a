/**
 * The tables of catalog.sqlite. Names and shapes follow AWS Glue (databases, tables with versions and parameters,
 * partitions with values), so that Glue's API can be served from them. Layout and reasons: docs/formats/catalog.md.
 */
import type { DatabaseSync } from 'node:sqlite'

/** `HOZN`: tells our file from any other SQLite file. */
export const APPLICATION_ID = 0x48_4f_5a_4e

/** Each brings the file from version `index` to `index + 1`. Released ones never change: add one at the end. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE databases (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    parameters TEXT NOT NULL DEFAULT '{}',
    created_ms INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE tables (
    id INTEGER PRIMARY KEY,
    database_id INTEGER NOT NULL REFERENCES databases,
    name TEXT NOT NULL,
    stream TEXT NOT NULL,
    location TEXT NOT NULL,
    partition_keys TEXT NOT NULL,
    parameters TEXT NOT NULL DEFAULT '{}',
    schema_version INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    UNIQUE (database_id, name)
  ) STRICT;

  CREATE TABLE table_versions (
    table_id INTEGER NOT NULL REFERENCES tables,
    version INTEGER NOT NULL,
    columns TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    PRIMARY KEY (table_id, version)
  ) STRICT, WITHOUT ROWID;

  -- The sums and times let a query leave out whole partitions without looking at their objects.
  CREATE TABLE partitions (
    id INTEGER PRIMARY KEY,
    table_id INTEGER NOT NULL REFERENCES tables,
    partition_values TEXT NOT NULL,
    parameters TEXT NOT NULL DEFAULT '{}',
    objects INTEGER NOT NULL DEFAULT 0,
    rows INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    min_time_ms REAL,
    max_time_ms REAL,
    has_untimed INTEGER NOT NULL DEFAULT 0,
    created_ms INTEGER NOT NULL,
    UNIQUE (table_id, partition_values)
  ) STRICT;

  CREATE TABLE partition_values (
    table_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    value TEXT NOT NULL,
    partition_id INTEGER NOT NULL REFERENCES partitions,
    PRIMARY KEY (table_id, position, value, partition_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE streams (
    name TEXT PRIMARY KEY,
    delivered_through INTEGER NOT NULL DEFAULT 0,
    delivered_records INTEGER NOT NULL DEFAULT 0,
    delivered_objects INTEGER NOT NULL DEFAULT 0,
    rejected_records INTEGER NOT NULL DEFAULT 0,
    late_records INTEGER NOT NULL DEFAULT 0,
    newest_time_ms REAL
  ) STRICT, WITHOUT ROWID;

  -- The same few hundred bytes for almost every run: kept once.
  CREATE TABLE deliver_settings (
    id INTEGER PRIMARY KEY,
    settings TEXT NOT NULL UNIQUE
  ) STRICT;

  CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL UNIQUE,
    stream TEXT NOT NULL,
    first_segment INTEGER NOT NULL,
    last_segment INTEGER NOT NULL,
    arrival_ms REAL NOT NULL,
    schema_version INTEGER NOT NULL,
    deliver_id INTEGER NOT NULL REFERENCES deliver_settings,
    committed_ms INTEGER,
    records INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0,
    blank INTEGER NOT NULL DEFAULT 0,
    late INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX runs_by_segment ON runs (stream, first_segment, id);
  CREATE INDEX runs_planned ON runs (stream, first_segment) WHERE committed_ms IS NULL;

  CREATE TABLE objects (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs,
    partition_id INTEGER NOT NULL REFERENCES partitions,
    bucket TEXT NOT NULL,
    key TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    etag TEXT NOT NULL,
    checksum TEXT NOT NULL,
    rows INTEGER NOT NULL,
    format TEXT NOT NULL,
    compression TEXT NOT NULL,
    schema_version INTEGER NOT NULL,
    fits INTEGER NOT NULL,
    min_time_ms REAL,
    max_time_ms REAL,
    UNIQUE (key, bucket)
  ) STRICT;
  CREATE INDEX objects_by_partition ON objects (partition_id, max_time_ms);
  CREATE INDEX objects_by_run ON objects (run_id);

  CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    path TEXT NOT NULL,
    UNIQUE (source, path)
  ) STRICT;

  CREATE TABLE ledger (
    run_id INTEGER NOT NULL REFERENCES runs,
    position INTEGER NOT NULL,
    source_id INTEGER NOT NULL REFERENCES sources,
    from_offset INTEGER NOT NULL,
    to_offset INTEGER NOT NULL,
    PRIMARY KEY (run_id, position)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Streams made through the Firehose API: what they were given, as JSON. Those of the pipeline file are only in it,
  -- but their tags are here.
  CREATE TABLE delivery_streams (
    name TEXT PRIMARY KEY,
    definition TEXT NOT NULL,
    -- Deleted, but its last records are not yet in the store.
    is_draining INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Declared through Glue: its DatabaseInput as JSON. Null: made for a stream.
  ALTER TABLE databases ADD COLUMN definition TEXT;

  -- Tables declared through Glue. A name of a database is here or in tables, never in both.
  CREATE TABLE glue_tables (
    id INTEGER PRIMARY KEY,
    database_id INTEGER NOT NULL REFERENCES databases,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    UNIQUE (database_id, name)
  ) STRICT;

  -- Glue's TableInput as JSON.
  CREATE TABLE glue_table_versions (
    table_id INTEGER NOT NULL REFERENCES glue_tables,
    version INTEGER NOT NULL,
    definition TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    PRIMARY KEY (table_id, version)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Of tables declared through Glue. The values are a JSON list, the definition is Glue's PartitionInput.
  CREATE TABLE glue_partitions (
    table_id INTEGER NOT NULL REFERENCES glue_tables ON DELETE CASCADE,
    partition_values TEXT NOT NULL,
    definition TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    PRIMARY KEY (table_id, partition_values)
  ) STRICT, WITHOUT ROWID;

  -- Statistics of columns and partition indexes. partition_values is empty for what is of the table itself.
  CREATE TABLE glue_table_details (
    table_id INTEGER NOT NULL REFERENCES glue_tables ON DELETE CASCADE,
    kind TEXT NOT NULL,
    partition_values TEXT NOT NULL,
    name TEXT NOT NULL,
    definition TEXT NOT NULL,
    updated_ms INTEGER NOT NULL,
    PRIMARY KEY (table_id, kind, partition_values, name)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE glue_functions (
    database_id INTEGER NOT NULL REFERENCES databases ON DELETE CASCADE,
    name TEXT NOT NULL,
    definition TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    PRIMARY KEY (database_id, name)
  ) STRICT, WITHOUT ROWID;

  -- Crawlers and classifiers.
  CREATE TABLE glue_resources (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    definition TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    PRIMARY KEY (kind, name)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE glue_crawls (
    id INTEGER PRIMARY KEY,
    crawler TEXT NOT NULL,
    definition TEXT NOT NULL
  ) STRICT;
  CREATE INDEX glue_crawls_by_crawler ON glue_crawls (crawler, id);
  `,
  `
  -- Of Athena's API. Definitions are JSON of services/athena/; ids ascend by submission.
  CREATE TABLE athena_executions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    execution TEXT NOT NULL UNIQUE,
    workgroup TEXT NOT NULL,
    token TEXT UNIQUE,
    reuse_key TEXT,
    is_over INTEGER NOT NULL,
    submitted_ms INTEGER NOT NULL,
    definition TEXT NOT NULL
  ) STRICT;
  CREATE INDEX athena_executions_by_workgroup ON athena_executions (workgroup, id);
  CREATE INDEX athena_executions_by_reuse ON athena_executions (reuse_key, id) WHERE reuse_key IS NOT NULL;
  CREATE INDEX athena_executions_unfinished ON athena_executions (id) WHERE NOT is_over;

  -- What is named: workgroups, and in the scope of a workgroup named queries and prepared statements.
  CREATE TABLE athena_items (
    kind TEXT NOT NULL,
    scope TEXT NOT NULL,
    name TEXT NOT NULL,
    definition TEXT NOT NULL,
    PRIMARY KEY (kind, scope, name)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Objects that CREATE TABLE AS, INSERT and UNLOAD are about to put, as a JSON list.
  CREATE TABLE planned_writes (
    execution TEXT PRIMARY KEY,
    objects TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- What of Glue's catalog changed and is not yet copied into the bucket; the name is a JSON list.
  CREATE TABLE glue_unpublished (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    change INTEGER NOT NULL,
    PRIMARY KEY (kind, name)
  ) STRICT, WITHOUT ROWID;

  -- Partitions are copied a thousand at a time, in the order in which they were made.
  ALTER TABLE glue_tables ADD COLUMN partitions_made INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE glue_partitions ADD COLUMN page INTEGER NOT NULL DEFAULT 0;
  UPDATE glue_tables SET partitions_made = (SELECT count(*) FROM glue_partitions p WHERE p.table_id = id);
  UPDATE glue_partitions SET page = numbered.page FROM (
    SELECT table_id, partition_values,
      (row_number() OVER (PARTITION BY table_id ORDER BY partition_values) - 1) / 1000 AS page
    FROM glue_partitions) AS numbered
  WHERE glue_partitions.table_id = numbered.table_id
    AND glue_partitions.partition_values = numbered.partition_values;
  CREATE INDEX glue_partitions_by_page ON glue_partitions (table_id, page);
  `,
  `
  -- No database has this name: it holds the tables that were deleted, until their partitions are removed.
  INSERT INTO databases (name, created_ms) VALUES ('', 0);
  `,
  `
  -- What an execution wrote into tables, as JSON: from the transaction of its write on, until it is over.
  ALTER TABLE athena_executions ADD COLUMN written TEXT;

  -- Of all executions, so that nobody counts them: one row, kept by triggers.
  CREATE TABLE athena_history (executions INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
  INSERT INTO athena_history
    SELECT count(*), coalesce(sum(octet_length(definition)), 0) FROM athena_executions;
  CREATE TRIGGER athena_execution_added AFTER INSERT ON athena_executions BEGIN
    UPDATE athena_history SET executions = executions + 1, bytes = bytes + octet_length(new.definition);
  END;
  CREATE TRIGGER athena_execution_changed AFTER UPDATE OF definition ON athena_executions BEGIN
    UPDATE athena_history SET bytes = bytes + octet_length(new.definition) - octet_length(old.definition);
  END;
  CREATE TRIGGER athena_execution_removed AFTER DELETE ON athena_executions BEGIN
    UPDATE athena_history SET executions = executions - 1, bytes = bytes - octet_length(old.definition);
  END;
  `,
  `
  -- Which settings a stream ever had is asked by queries.
  CREATE INDEX runs_by_settings ON runs (stream, deliver_id);
  `,
]

/** One transaction: a crash leaves the old version or the new one. */
export function migrate(db: DatabaseSync, version: number): void {
  if (version === MIGRATIONS.length) return
  db.exec('BEGIN IMMEDIATE')
  try {
    for (const migration of MIGRATIONS.slice(version)) db.exec(migration)
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length}`)
    db.exec('COMMIT')
  } catch (error) {
    db.exec('ROLLBACK')
    throw error
  }
}
