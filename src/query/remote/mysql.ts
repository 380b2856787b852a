/** MySQL and MariaDB. */
import mysql, { type Connection, type RowDataPacket } from 'mysql2/promise'
import type { Connection as PlainConnection } from 'mysql2'
import type { Driver, RemoteConnection, RemoteTableInfo, SqlQuery } from './driver.ts'
import { mysqlColumn, quoteMysqlName } from './mysql-types.ts'
import { remoteError } from './remote-errors.ts'

const CONNECT_MS = 10_000
const PIECE_ROWS = 2000

/** Times in UTC; the driver writes texts with backslashes, so no mode may make these plain; nothing can be written. */
const SESSION = [
  `SET time_zone = '+00:00'`,
  `SET sql_mode = ''`,
  'SET SESSION TRANSACTION READ ONLY',
  'START TRANSACTION READ ONLY',
]

const SYSTEM_DATABASES = new Set(['information_schema', 'mysql', 'performance_schema', 'sys'])

export const MYSQL: Driver = {
  placeholder: () => '?',
  async connect(url) {
    let client: Connection | undefined
    try {
      client = await mysql.createConnection({
        uri: url.replace(/^mariadb:/, 'mysql:'),
        connectTimeout: CONNECT_MS,
        charset: 'utf8mb4',
        // Values stay the text that the server sent.
        typeCast: (field) => field.string(),
      })
      // Of a connection that breaks while nobody waits for it: the next call says so.
      client.on('error', () => {})
      for (const statement of SESSION) await client.query(statement)
      return connection(client)
    } catch (error) {
      client?.destroy()
      throw remoteError(error, 'connect')
    }
  },
}

function connection(client: Connection): RemoteConnection {
  return {
    async databases() {
      const found = await ask(client, { sql: 'SHOW DATABASES', parameters: [] })
      return found
        .map(([name]) => name!.toLowerCase())
        .filter((name) => !SYSTEM_DATABASES.has(name))
        .sort()
    },
    tables: (database) => tables(client, database),
    rows: (query) => rows(client, query),
    async close() {
      await client.end().catch(() => client.destroy())
    },
  }
}

const COLUMNS = `
  SELECT table_schema, table_name, column_name, data_type, column_type, numeric_precision, numeric_scale
  FROM information_schema.columns WHERE lower(table_schema) = ? ORDER BY table_schema, table_name, ordinal_position`

async function tables(client: Connection, database: string): Promise<RemoteTableInfo[]> {
  if (SYSTEM_DATABASES.has(database)) return []
  const byName = new Map<string, RemoteTableInfo>()
  for (const [schema, table, column, type, declared, precision, scale] of await ask(client, {
    sql: COLUMNS,
    parameters: [database],
  })) {
    const name = table!.toLowerCase()
    const sql = `${quoteMysqlName(schema!)}.${quoteMysqlName(table!)}`
    const info = byName.get(name) ?? { name, columns: [], sql }
    byName.set(name, info)
    // Of two that differ only in case the first one counts: a statement could not tell them apart.
    if (info.sql !== sql) continue
    const size = { precision: Number(precision ?? 0), scale: Number(scale ?? 0) }
    info.columns.push(
      mysqlColumn(column!, { name: type!.toLowerCase(), declared: declared!.toLowerCase(), ...size }),
    )
  }
  return [...byName.values()]
}

async function ask(client: Connection, { sql, parameters }: SqlQuery): Promise<(string | null)[][]> {
  try {
    const [found] = await client.query<RowDataPacket[]>({ sql, values: parameters, rowsAsArray: true })
    return found as unknown as (string | null)[][]
  } catch (error) {
    throw remoteError(error, 'read the catalog')
  }
}

async function* rows(client: Connection, { sql, parameters }: SqlQuery): AsyncIterable<(string | null)[][]> {
  // Only the plain connection streams; the server waits while nobody reads.
  const plain = (client as unknown as { connection: PlainConnection }).connection
  const stream = plain
    .query({ sql, values: parameters, rowsAsArray: true })
    .stream({ highWaterMark: PIECE_ROWS })
  let piece: (string | null)[][] = []
  try {
    for await (const row of stream) {
      piece.push(row as (string | null)[])
      if (piece.length < PIECE_ROWS) continue
      yield piece
      piece = []
    }
  } catch (error) {
    throw remoteError(error, 'read rows')
  }
  if (piece.length > 0) yield piece
}
