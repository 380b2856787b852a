/**
 * The contract of SerDes of text: each record of a file becomes rows of the table, as JSON lines in the one spelling
 * that json-columns.ts reads back exactly. What a SerDe of Hive or Athena reads as NULL is left out of the line.
 */
import type { Column } from '../../base/schema.ts'

export interface SerdeOptions {
  /** In the order of the file's fields. */
  columns: readonly Column[]
  /** SERDEPROPERTIES */
  parameters: Readonly<Record<string, string>>
}

export interface TextSerde {
  /** latin1: one character per byte, as a delimiter is a byte that is no UTF-8 by itself. */
  encoding: 'utf8' | 'latin1'
  /** The JSON lines of a record, each with its newline. Throws BadRow. */
  rows(record: string): string
}

/** A record that Athena ends the query with. The message begins with Athena's name of the error. */
export class BadRow extends Error {
  readonly hint: string | undefined

  constructor(message: string, hint?: string) {
    super(message)
    this.hint = hint
  }
}

/** A table that can not be read whatever its files hold. The message begins with Athena's name of the error. */
export class BadTable extends Error {
  readonly hint: string

  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}

/** The members of a row as a JSON line; undefined values are NULL. `keys` from writtenKeys. */
export function jsonLine(keys: readonly string[], values: readonly (string | undefined)[]): string {
  let line = '{'
  for (let i = 0; i < keys.length; i++) {
    const value = values[i]
    if (value !== undefined) line += line.length === 1 ? keys[i]! + value : `,${keys[i]!}${value}`
  }
  return `${line}}\n`
}

export function writtenKeys(columns: readonly Column[]): string[] {
  return columns.map(({ key }) => `${JSON.stringify(key)}:`)
}
