/** MSCK REPAIR TABLE: folders that are named as partitions become partitions; none goes away. */
import { valuesOfFolders } from '../../base/hive-folder.ts'
import { parseS3Location } from '../../base/s3-location.ts'
import type { DdlStatement } from '../statement/statement.ts'
import { NO_ROWS, type DdlContext, type Declared, type TextAnswer } from './ddl-context.ts'
import { declaredTable, storageOf } from './declared-table.ts'
import { addPartition, folderOf } from './partitions.ts'
import { PIECE, throwIfCancelled } from './turns.ts'

export async function repairTable(
  context: DdlContext,
  { table }: Extract<DdlStatement, { kind: 'repair table' }>,
): Promise<TextAnswer> {
  const declared = declaredTable(context, table)
  const added: string[] = []
  const add = (piece: string[][]): void => {
    const { glue } = context.catalog
    const made = glue.atOnce(() =>
      piece.filter((values) => addPartition(context, declared, values, undefined)),
    )
    for (const values of made) added.push(`${declared.name}:${folderOf(declared, values)}`)
  }
  let piece: string[][] = []
  for await (const values of partitionsInStore(context, declared)) {
    if (piece.push(values) < PIECE) continue
    add(piece)
    piece = []
  }
  add(piece)
  if (added.length === 0) return NO_ROWS
  return {
    columns: [],
    rows: [
      [`Partitions not in metastore:\t${added.join('\t')}`],
      ...added.map((name) => [`Repair: Added partition to metastore ${name}`]),
    ],
  }
}

/** In the order of the store's keys. */
async function* partitionsInStore(context: DdlContext, { input }: Declared): AsyncGenerator<string[]> {
  const keys = (input.PartitionKeys ?? []).map(({ Name }) => Name)
  const place = parseS3Location(storageOf(input).Location ?? '')
  if (keys.length === 0 || place === undefined) return
  const { bucket, prefix } = place
  let last = ''
  for await (const { key } of context.store.list(bucket, prefix)) {
    throwIfCancelled(context)
    const folders = key.slice(prefix.length).split('/').slice(0, -1)
    const path = folders.slice(0, keys.length).join('/')
    // Objects of one folder follow each other.
    if (path === last || folders.length < keys.length) continue
    last = path
    const values = valuesOfFolders(keys, folders)
    if (values !== undefined) yield values
  }
}
