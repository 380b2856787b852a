/** What statements that change or show the catalog work with, and what they answer. */
import type { TableInput } from '../../base/glue.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import type { Store } from '../../store/store.ts'
import type { Clock } from '../../sys/sys.ts'
import type { ResultColumn, TableSource } from '../query.ts'

export interface DdlContext {
  catalog: Pick<Catalog, 'glue' | 'table' | 'partitions' | 'storageOf'>
  source: Pick<TableSource, 'catalogs' | 'databases' | 'tables' | 'table' | 'refresh' | 'snapshot'>
  store: Pick<Store, 'list'>
  clock: Pick<Clock, 'now' | 'sleep'>
  /** Of names that say none. Lower case. */
  names: { catalog: string; database: string }
  mayWrite: boolean
  signal?: AbortSignal | undefined
  /** Columns of a query as Athena names their types: `varchar`, `row(a bigint)`. */
  columnsOf(query: string, names: { catalog: string; database: string }): Promise<NamedType[]>
}

export interface NamedType {
  name: string
  type: string
}

/**
 * Rows as Athena's `.txt` files have them: cells are padded with blanks where Hive does so, and joined by tabs each row is
 * one line.
 */
export interface TextAnswer {
  columns: ResultColumn[]
  rows: string[][]
}

/** Of everything that only changes something. */
export const NO_ROWS: TextAnswer = { columns: [], rows: [] }

export function textColumns(names: readonly string[], type = 'string'): ResultColumn[] {
  return names.map((name) => ({ name, type, precision: 0, scale: 0 }))
}

/** One column. */
export function textRows(column: string, values: readonly string[]): TextAnswer {
  return { columns: textColumns([column]), rows: values.map((value) => [value]) }
}

/** A table or view that was declared, with its definition. */
export interface Declared {
  database: string
  name: string
  input: TableInput
}
