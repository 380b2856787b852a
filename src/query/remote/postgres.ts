/** PostgreSQL. Its schemas are the databases that a statement names. */
import Cursor from 'pg-cursor'
import pg from 'pg'
import { quoteName } from '../../format/json-columns.ts'
import { postgresColumn } from './postgres-types.ts'
import { remoteError } from './remote-errors.ts'
import type { Driver, RemoteConnection, RemoteTableInfo, SqlQuery } from './driver.ts'

const CONNECT_MS = 10_000
/** Rows of a piece: a few megabytes of usual rows. */
const PIECE_ROWS = 2000

/** Texts in one form, whatever the server's settings; nothing can be written. */
const SESSION = [
  'SET default_transaction_read_only = on',
  `SET timezone = 'UTC'`,
  `SET datestyle = 'ISO, YMD'`,
  `SET bytea_output = 'hex'`,
  'SET extra_float_digits = 1',
]

/** Values stay the text that the server sent. */
const AS_TEXT = { getTypeParser: () => (text: unknown) => text } as unknown as pg.CustomTypesConfig

export const POSTGRES: Driver = {
  placeholder: (position) => `$${position}`,
  async connect(url) {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: CONNECT_MS,
      application_name: 'hozon',
      types: AS_TEXT,
    })
    // Of a connection that breaks while nobody waits for it: the next call says so.
    client.on('error', () => {})
    try {
      await client.connect()
      await client.query(SESSION.join('; '))
    } catch (error) {
      await client.end().catch(() => {})
      throw remoteError(error, 'connect')
    }
    return connection(client)
  },
}

function connection(client: pg.Client): RemoteConnection {
  return {
    async databases() {
      const found = await ask(client, DATABASES, [])
      return found.map(([name]) => name!.toLowerCase()).sort()
    },
    tables: (database) => tables(client, database),
    rows: (query) => rows(client, query),
    close: () => client.end().catch(() => {}),
  }
}

const DATABASES = `
  SELECT nspname FROM pg_catalog.pg_namespace
  WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
    AND pg_catalog.has_schema_privilege(oid, 'USAGE')`

/** Tables, partitioned tables, views, materialized views, foreign tables. */
const COLUMNS = `
  SELECT n.nspname, c.relname, a.attname, t.typname, a.atttypmod, e.typname AS element
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_type d ON d.oid = a.atttypid
  JOIN pg_catalog.pg_type t ON t.oid = CASE WHEN d.typtype = 'd' THEN d.typbasetype ELSE d.oid END
  LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
  WHERE lower(n.nspname) = $1 AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
    AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped
    AND pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT')
  ORDER BY n.nspname, c.relname, a.attnum`

async function tables(client: pg.Client, database: string): Promise<RemoteTableInfo[]> {
  const found = await ask(client, COLUMNS, [database])
  const byName = new Map<string, RemoteTableInfo>()
  for (const [schema, table, column, type, modifier, element] of found) {
    const name = table!.toLowerCase()
    const sql = `${quoteName(schema!)}.${quoteName(table!)}`
    const info = byName.get(name) ?? { name, columns: [], sql }
    byName.set(name, info)
    // Of two that differ only in case the first one counts: a statement could not tell them apart.
    if (info.sql !== sql || info.columns.some((known) => known.name === column!.toLowerCase())) continue
    info.columns.push(postgresColumn(column!, { name: type!, modifier: Number(modifier), element }))
  }
  return [...byName.values()]
}

async function ask(client: pg.Client, sql: string, parameters: string[]): Promise<(string | null)[][]> {
  try {
    const { rows: found } = await client.query<(string | null)[]>({
      text: sql,
      values: parameters,
      rowMode: 'array',
    })
    return found
  } catch (error) {
    throw remoteError(error, 'read the catalog')
  }
}

async function* rows(client: pg.Client, { sql, parameters }: SqlQuery): AsyncIterable<(string | null)[][]> {
  const cursor = client.query(
    new Cursor<(string | null)[]>(sql, parameters, { rowMode: 'array', types: AS_TEXT }),
  )
  try {
    for (;;) {
      const piece = await cursor.read(PIECE_ROWS)
      if (piece.length === 0) return
      yield piece
    }
  } catch (error) {
    throw remoteError(error, 'read rows')
  } finally {
    await cursor.close().catch(() => {})
  }
}
