/** A catalog of its own for each test, and what the statements answer. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TableInput } from '../../../base/glue.ts'
import type { Catalog, Table } from '../../../catalog/catalog.ts'
import { openCatalog } from '../../../catalog/open-catalog.ts'
import type { ObjectInfo } from '../../../store/store.ts'
import { realClock } from '../../../sys/real-clock.ts'
import { realRandom } from '../../../sys/real-random.ts'
import { DATA_CATALOG, type QueryTable, type RemoteTable, type StreamTable } from '../../query.ts'
import { parseStatement } from '../../statement/parse-statement.ts'
import { isOfClass } from '../../statement/statement-kinds.ts'
import { answerShow } from '../answer-show.ts'
import type { DdlContext, NamedType, TextAnswer } from '../ddl-context.ts'
import { runDdl } from '../run-ddl.ts'

/** Seconds. */
export const NOW = 1_795_000_000

export interface DdlWorld {
  catalog: Catalog
  context: DdlContext
  /** Keys of the bucket `lake`. */
  keys: string[]
  /** What queries of views have. */
  viewColumns: NamedType[]
  /** Of the catalog `pg`. */
  remote: RemoteTable[]
  run(sql: string): Promise<TextAnswer>
  /** As they stand in Athena's file. */
  lines(sql: string): Promise<string[]>
  input(database: string, name: string): TableInput
  end(): void
}

export function openDdlWorld(): DdlWorld {
  const directory = mkdtempSync(join(tmpdir(), 'hozon-ddl-'))
  const clock = { ...realClock, now: () => NOW * 1000 }
  const catalog = openCatalog(join(directory, 'catalog.sqlite'), clock, realRandom)
  const keys: string[] = []
  const remote: RemoteTable[] = []
  const viewColumns: NamedType[] = []
  const context: DdlContext = {
    catalog,
    source: sourceOf(catalog, remote),
    store: { list: (bucket, prefix) => listed(bucket === 'lake' ? keys : [], prefix) },
    clock: { ...clock, sleep: async () => {} },
    names: { catalog: DATA_CATALOG, database: 'lake' },
    mayWrite: true,
    columnsOf: async () => viewColumns,
  }
  const run = async (sql: string): Promise<TextAnswer> => {
    const statement = parseStatement(sql)
    if (isOfClass(statement, 'show')) return answerShow(context, statement)
    if (isOfClass(statement, 'ddl')) return runDdl(context, statement)
    throw new Error(`${statement.kind} is not run on the catalog`)
  }
  return {
    catalog,
    context,
    keys,
    viewColumns,
    remote,
    run,
    lines: async (sql) => (await run(sql)).rows.map((row) => row.join('\t')),
    input: (database, name) => JSON.parse(catalog.glue.table(database, name)!.definition) as TableInput,
    end() {
      catalog.close()
      rmSync(directory, { recursive: true })
    },
  }
}

async function* listed(keys: string[], prefix: string): AsyncGenerator<ObjectInfo> {
  for (const key of keys.toSorted())
    if (key.startsWith(prefix)) yield { key, bytes: 1, etag: 'e', lastModifiedMs: 0 }
}

function sourceOf(catalog: Catalog, remote: RemoteTable[]): DdlContext['source'] {
  const tables = (name: string, database: string): QueryTable[] => {
    const found: QueryTable[] =
      name === 'pg'
        ? remote
        : catalog
            .tables()
            .map((table): StreamTable => streamTable(catalog.table(table.database, table.name)!))
    return found.filter((table) => table.database === database)
  }
  return {
    catalogs: () => [DATA_CATALOG, 'pg'],
    databases: async (name) =>
      name === 'pg' ? ['public'] : catalog.glue.databases().map((database) => database.name),
    tables: async (name, database) => tables(name, database),
    table: async (name, database, table) => tables(name, database).find((each) => each.name === table),
    refresh: async () => {},
    snapshot: async (table) => ({
      table,
      objects: [],
      fetch: () => Promise.reject(new Error('not asked for')),
      hot: [],
      errors: false,
      release: () => {},
    }),
  }
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
