/** When files are of one table, and what that table's columns are then. */
import { mergeColumns, mergeTypes } from './classify/merge-types.ts'
import type { FileSchema } from './classify/file-schema.ts'

/** AWS's: more than this part of the names are the same. */
const LIKENESS_MIN = 0.7

/** Files of different ones can not be read by one table. */
export function formatOf({
  classification,
  compression,
  serde,
  parameters,
  isPositional,
}: FileSchema): string {
  // Whether a value is in quotes may differ from file to file; and each JSON file lists its own names.
  const { paths: _, ...ofSerde } = serde.parameters
  const { areColumnsQuoted: __, ...ofTable } = parameters
  return JSON.stringify([classification, compression, serde.library, ofSerde, ofTable, isPositional])
}

export function areSimilar(a: FileSchema, b: FileSchema): boolean {
  const names = new Set(a.columns.map(({ name }) => name))
  const same = b.columns.filter(({ name }) => names.has(name)).length
  return same / Math.max(a.columns.length, b.columns.length, 1) >= LIKENESS_MIN
}

/** Both of one format. */
export function mergeSchemas(a: FileSchema, b: FileSchema): FileSchema {
  const columns = a.isPositional ? mergeByPlace(a, b) : mergeColumns(a.columns, b.columns)
  const { paths } = a.serde.parameters
  if (paths === undefined) return { ...a, columns }
  const parameters = { ...a.serde.parameters, paths: columns.map(({ key }) => key).join(',') }
  return { ...a, columns, serde: { ...a.serde, parameters } }
}

function mergeByPlace(a: FileSchema, b: FileSchema): FileSchema['columns'] {
  const [longer, shorter] =
    a.columns.length >= b.columns.length ? [a.columns, b.columns] : [b.columns, a.columns]
  return longer.map((column, place) => {
    const other = shorter[place]
    return other === undefined ? column : { ...column, type: mergeTypes(column.type, other.type) }
  })
}
