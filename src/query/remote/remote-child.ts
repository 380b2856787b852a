/**
 * The process of live databases: their drivers are loaded here and nowhere else, so that what a database sends takes
 * neither memory nor time of the server's. A connection lives as long as one call.
 */
import { assert, HozonError } from '../../base/errors.ts'
import { realFiles } from '../../sys/real-files.ts'
import { serveCalls } from '../../sys/rpc.ts'
import type { Driver, RemoteConnection, RemoteTableInfo } from './driver.ts'
import { lineWriter } from './json-line.ts'
import type { DatabasesCall, ReadAnswer, ReadCall, TableAnswer, TablesCall } from './remote-calls.ts'
import { selectRows } from './select-rows.ts'

/** Loaded when the first catalog of the kind is asked. */
async function driverOf(url: string): Promise<Driver> {
  if (/^postgres(ql)?:/.test(url)) return (await import('./postgres.ts')).POSTGRES
  return (await import('./mysql.ts')).MYSQL
}

async function connected<T>(
  url: string,
  use: (connection: RemoteConnection, driver: Driver) => Promise<T>,
): Promise<T> {
  const driver = await driverOf(url)
  const connection = await driver.connect(url)
  try {
    return await use(connection, driver)
  } finally {
    await connection.close()
  }
}

const cancelled = new Set<number>()

async function read(call: ReadCall): Promise<ReadAnswer> {
  return connected(call.url, async (connection, driver) => {
    const table = (await connection.tables(call.database)).find(({ name }) => name === call.table)
    if (table === undefined) throw gone(call)
    return writeRows(connection, driver, table, call)
  }).finally(() => cancelled.delete(call.id))
}

async function writeRows(
  connection: RemoteConnection,
  driver: Driver,
  table: RemoteTableInfo,
  { id, request, path, bytesMax }: ReadCall,
): Promise<ReadAnswer> {
  const { query, columns } = selectRows(driver, table, request)
  const write = lineWriter(columns)
  const file = await realFiles.open(path, 'exclusive')
  let rows = 0
  let bytes = 0
  try {
    for await (const piece of connection.rows(query)) {
      if (cancelled.has(id))
        throw new HozonError('HOZON_SQL_CANCELLED', 'the query was cancelled', { op: 'read rows' })
      const text = Buffer.from(piece.map(write).join(''))
      if (bytes + text.length > bytesMax) throw tooMuch(bytesMax)
      await file.write([text], bytes)
      rows += piece.length
      bytes += text.length
    }
  } finally {
    await file.close()
  }
  return { rows, bytes }
}

function gone({ database, table }: ReadCall): HozonError {
  return new HozonError('HOZON_SQL_TABLE', `table ${database}.${table} is not in the database any more`, {
    op: 'read rows',
  })
}

function tooMuch(bytesMax: number): HozonError {
  return new HozonError('HOZON_REMOTE_FAILED', `more than ${bytesMax} bytes of rows`, {
    op: 'read rows',
    hint: 'compare columns of the table with literals in WHERE: such conditions go to the database',
  })
}

serveCalls({
  databases: ({ url }: DatabasesCall) => connected(url, (connection) => connection.databases()),
  tables: ({ url, database }: TablesCall) =>
    connected(url, async (connection): Promise<TableAnswer[]> => {
      const tables = await connection.tables(database)
      return tables.map(({ name, columns }) => ({
        name,
        columns: columns.map((column) => ({ name: column.name, type: column.type })),
      }))
    }),
  read,
  cancel: async ({ id }: { id: number }) => {
    assert(Number.isInteger(id), 'a read has a number')
    cancelled.add(id)
  },
})
