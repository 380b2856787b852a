/**
 * A lake whose statements may write: with a real catalog, a real store and the server's own write target. Tables that
 * statements make are found again; their files are looked at as they lie in the store.
 */
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { readFile } from 'node:fs/promises'
import type { TableInput } from '../../src/base/glue.ts'
import type { Catalog } from '../../src/catalog/catalog.ts'
import { openCatalog } from '../../src/catalog/open-catalog.ts'
import type { Executed, ExecuteOptions, QueryService } from '../../src/query/query.ts'
import { openQueryService, type QueryServiceOptions } from '../../src/query/query-service.ts'
import type { WriteTarget } from '../../src/query/write/write-target.ts'
import { declaredTable } from '../../src/server/declared-tables.ts'
import { openWriteTarget } from '../../src/server/write-target.ts'
import { openLocalStore } from '../../src/store/local-store.ts'
import type { Store } from '../../src/store/store.ts'
import { realSys } from '../../src/sys/real.ts'
import type { Sys } from '../../src/sys/sys.ts'
import { openLake, type Lake } from './lake.ts'

export interface WritableLake {
  lake: Lake
  catalog: Catalog
  store: Store
  service: QueryService
  /** As the server makes it, without what `changed` makes of it. */
  target: WriteTarget
  /** With an execution id and an answer's path of its own. */
  execute(sql: string, options?: Partial<ExecuteOptions>): Promise<Executed & { executionId: string }>
  input(database: string, table: string): TableInput
  /** Keys below a prefix. */
  keys(bucket: string, prefix?: string): Promise<string[]>
  pathOf(uri: string): Promise<string>
  textOf(uri: string): Promise<string>
  /** Rows of Parquet files, by DuckDB itself. */
  rowsOf(uris: readonly string[], order?: string): Promise<string[]>
  close(): Promise<void>
}

export async function openWritableLake(
  sys: Sys = realSys,
  options: Partial<QueryServiceOptions> = {},
  changed: (target: WriteTarget) => WriteTarget = (target) => target,
): Promise<WritableLake> {
  const lake = await openLake()
  const catalog = openCatalog(join(lake.directory, 'catalog.sqlite'), sys.clock, sys.random)
  const store = await openLocalStore(sys, join(lake.directory, 'objects'))
  await store.openBucket('results')
  await store.openBucket('lake')
  catalog.glue.createDatabase('logs', '{"Name":"logs"}')
  const scratch = join(lake.directory, 'scratch')
  await sys.files.makeDirectory(scratch)
  const target = await openWriteTarget({ catalog, store, scratch })
  const service = openQueryService(
    sys,
    {
      ...lake,
      async table(of, database, name) {
        const declared = catalog.glue.table(database, name)
        return declared === undefined ? lake.table(of, database, name) : declaredTable(declared)
      },
    },
    { writeTarget: changed(target), spillDirectory: join(lake.directory, 'spill'), ...options },
  )
  let executions = 0
  const pathOf = async (uri: string): Promise<string> => {
    const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri) ?? []
    const path = await store.localPath(bucket, key)
    if (path === undefined) throw new Error(`${uri} is no file`)
    return path
  }
  return {
    lake,
    catalog,
    store,
    service,
    target,
    async execute(sql, given = {}) {
      const executionId = `0f8fad5b-d9cb-469f-a165-${String(++executions).padStart(12, '0')}`
      const executed = await service.execute(sql, {
        executionId,
        answerPath: join(lake.directory, `answer-${executions}`),
        answerBytesMax: 2 ** 30,
        outputLocation: 's3://results/',
        database: 'logs',
        mayWrite: true,
        ...given,
      })
      return { ...executed, executionId }
    },
    input: (database, table) => JSON.parse(catalog.glue.table(database, table)!.definition) as TableInput,
    async keys(bucket, prefix = '') {
      const keys: string[] = []
      for await (const { key } of store.list(bucket, prefix)) keys.push(key)
      return keys
    },
    pathOf,
    async textOf(uri) {
      const bytes = await readFile(await pathOf(uri))
      return (uri.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
    },
    async rowsOf(uris, order = '1') {
      const paths = await Promise.all(uris.map(pathOf))
      const list = paths.map((path) => `'${path}'`).join(', ')
      const reader = await lake.connection.runAndReadAll(
        `SELECT * FROM read_parquet([${list}], hive_partitioning = false) ORDER BY ${order}`,
      )
      return reader.getRowsJson().map((row) => JSON.stringify(row))
    },
    async close() {
      await service.close()
      await store.close()
      catalog.close()
      await lake.close()
    },
  }
}
