/** MSCK REPAIR TABLE: folders that are named as partitions become partitions; none goes away. */
import type { DdlStatement } from '../statement/statement.ts'
import { NO_ROWS, type DdlContext, type Declared, type TextAnswer } from './ddl-context.ts'
import { declaredTable, storageOf } from './declared-table.ts'
import { valuesOfFolders } from './hive-folder.ts'
import { addPartition, folderOf } from './partitions.ts'

export async function repairTable(
  context: DdlContext,
  { table }: Extract<DdlStatement, { kind: 'repair table' }>,
): Promise<TextAnswer> {
  const declared = declaredTable(context, table)
  const found = await partitionsInStore(context, declared)
  const { glue } = context.catalog
  const added = glue.atOnce(() =>
    found.filter((values) => addPartition(context, declared, values, undefined)),
  )
  if (added.length === 0) return NO_ROWS
  const names = added.map((values) => `${declared.name}:${folderOf(declared, values)}`)
  return {
    columns: [],
    rows: [
      [`Partitions not in metastore:\t${names.join('\t')}`],
      ...names.map((name) => [`Repair: Added partition to metastore ${name}`]),
    ],
  }
}

/** In the order of the store's keys. */
async function partitionsInStore({ store }: DdlContext, { input }: Declared): Promise<string[][]> {
  const keys = (input.PartitionKeys ?? []).map(({ Name }) => Name)
  const { bucket, prefix } = placeOf(storageOf(input).Location ?? '')
  const found: string[][] = []
  let last = ''
  if (keys.length === 0 || bucket === '') return found
  for await (const { key } of store.list(bucket, prefix)) {
    const folders = key.slice(prefix.length).split('/').slice(0, -1)
    const path = folders.slice(0, keys.length).join('/')
    // Objects of one folder follow each other.
    if (path === last || folders.length < keys.length) continue
    last = path
    const values = valuesOfFolders(keys, folders)
    if (values !== undefined) found.push(values)
  }
  return found
}

function placeOf(location: string): { bucket: string; prefix: string } {
  const [, bucket = '', path = ''] = /^s3[an]?:\/\/([^/]+)\/?(.*)$/s.exec(location) ?? []
  return { bucket, prefix: path === '' || path.endsWith('/') ? path : `${path}/` }
}
