/** What a classifier says of a file. Plain values: they come from another process. */
import type { Column } from '../../../../base/schema.ts'

export interface FileSchema {
  /** `parquet`, `json`, `csv`, `combinedapache`, or what a custom classifier calls it. */
  classification: string
  compression: string
  columns: Column[]
  /** Which class reads it, with its properties. */
  serde: { library: string; parameters: Record<string, string> }
  /** Of the table, beside those that each has: `delimiter`, `skip.header.line.count` … */
  parameters: Record<string, string>
  /** Columns are fields by their place, not by their name. */
  isPositional: boolean
}

/** Of the file, or why there is none. */
export type Classified = { schema: FileSchema } | { unknown: string }

export interface ClassifyJob {
  path: string
  /** Its end may say how the file is compressed. */
  key: string
  bytes: number
  /** Asked before the built-in ones, in this order. */
  classifiers: CustomClassifier[]
}

export type CustomClassifier =
  | { kind: 'grok'; classification: string; pattern: string; customPatterns: string }
  | { kind: 'json'; path: string }
  | {
      kind: 'csv'
      delimiter: string | undefined
      quote: string | undefined
      header: 'UNKNOWN' | 'PRESENT' | 'ABSENT'
      names: string[]
      types: string[]
      allowsSingleColumn: boolean
      serde: 'OpenCSVSerDe' | 'LazySimpleSerDe' | 'None'
    }

/** How sure it is, from 0 to 1, and what of. */
export interface Guess {
  certainty: number
  schema: Omit<FileSchema, 'compression'>
}
