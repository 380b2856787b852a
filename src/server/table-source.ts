/** Gives the query room what it needs of catalog, buffers and store, so that the rooms do not know each other. */
import { HozonError } from '../base/errors.ts'
import type { Table } from '../catalog/catalog.ts'
import { DATA_CATALOG, type QueryTable, type StreamTable, type TableSource } from '../query/query.ts'
import { declaredTable } from './declared-tables.ts'
import { openSnapshotSource, type SourceContext } from './snapshot-source.ts'

export async function openTableSource(context: SourceContext): Promise<TableSource> {
  const { catalog } = context
  return {
    catalogs: () => [DATA_CATALOG],
    async databases() {
      return catalog.glue.databases().map(({ name }) => name)
    },
    async tables(_catalog, database) {
      const streams = catalog.tables().filter((table) => table.database === database)
      const tables = [...streams.map(streamTable), ...catalog.glue.tables(database).map(declaredTable)]
      return tables.sort((a, b) => (a.name < b.name ? -1 : 1))
    },
    async table(_catalog, database, name): Promise<QueryTable | undefined> {
      const declared = catalog.glue.table(database, name)
      if (declared !== undefined) return declaredTable(declared)
      const table = catalog.table(database, name)
      return table === undefined ? undefined : streamTable(table)
    },
    ...(await openSnapshotSource(context)),
    externalPartitions() {
      throw notYet('files')
    },
    openExternal: async () => {
      throw notYet('files')
    },
    openRemote: async () => {
      throw notYet('databases')
    },
  }
}

export function streamTable(table: Table): StreamTable {
  return {
    kind: 'stream',
    catalog: DATA_CATALOG,
    database: table.database,
    name: table.name,
    columns: table.schema.columns,
    partitionKeys: table.partitionKeys.map((name) => ({ name, type: 'varchar' })),
    table,
  }
}

function notYet(what: string): HozonError {
  return new HozonError('HOZON_SQL_FAILED', `tables of ${what} can not be read yet`, { op: 'read table' })
}
