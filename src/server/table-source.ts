/** Gives the query room what it needs of catalog, buffers, store and live databases, so that the rooms do not know each other. */
import type { Catalog, Table } from '../catalog/catalog.ts'
import { DATA_CATALOG, type QueryTable, type StreamTable, type TableSource } from '../query/query.ts'
import type { RemoteCatalogs } from '../query/remote/remote-catalogs.ts'
import { declaredTable } from './declared-tables.ts'
import { openExternalTables } from './external-tables.ts'
import { openSnapshotSource, type SourceContext } from './snapshot-source.ts'

export interface OpenTableSource extends TableSource {
  close(): Promise<void>
}

export async function openTableSource(
  context: SourceContext & { remote: RemoteCatalogs },
): Promise<OpenTableSource> {
  const { catalog, remote } = context
  const external = openExternalTables(context)
  const source: Pick<TableSource, 'catalogs' | 'databases' | 'tables' | 'table'> = {
    catalogs: () => [DATA_CATALOG, ...remote.names()],
    async databases(name) {
      return name === DATA_CATALOG
        ? catalog.glue.databases().map((database) => database.name)
        : remote.databases(name)
    },
    async tables(name, database) {
      return name === DATA_CATALOG ? ownTables(catalog, database) : remote.tables(name, database)
    },
    async table(name, database, table) {
      if (name === DATA_CATALOG) return ownTable(catalog, database, table)
      const tables = await remote.tables(name, database)
      return tables.find((found) => found.name === table)
    },
  }
  return {
    ...source,
    ...(await openSnapshotSource(context)),
    ...external,
    *streamPartitions({ database, name }) {
      for (const { values } of catalog.partitions(database, name)) yield values
    },
    openRemote: (table, request, signal) => remote.open(table, request, signal),
    close: () => external.close(),
  }
}

function ownTables(catalog: Catalog, database: string): QueryTable[] {
  const streams = catalog.tables().filter((table) => table.database === database)
  const tables = [...streams.map(streamTable), ...catalog.glue.tables(database).map(declaredTable)]
  return tables.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function ownTable(catalog: Catalog, database: string, name: string): QueryTable | undefined {
  const declared = catalog.glue.table(database, name)
  if (declared !== undefined) return declaredTable(declared)
  const table = catalog.table(database, name)
  return table === undefined ? undefined : streamTable(table)
}

function streamTable(table: Table): StreamTable {
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
