/**
 * Firehose's format conversion up to the file: the JSON documents of a record become rows of a Glue table, written as
 * JSON lines in the one spelling that json-columns.ts reads back exactly. Only the table's columns are
 * written: keys that are none are dropped, columns without a key are null. No `_extra`: files hold what AWS's would.
 *
 *     const deserializer = createDeserializer(conversion.deserializer, conversion.columns)
 *     const outcome = deserializer.deserialize(unit.data, lines)
 *     if (outcome.kind === 'failed') failures.push({ type: 'format-conversion-failed', ...outcome, raw: unit.data, … })
 */
import { isUtf8 } from 'node:buffer'
import type { FirehoseConversion } from '../../base/firehose-delivery.ts'
import type { Column } from '../../base/schema.ts'
import type { ByteWriter } from '../byte-writer.ts'
import { rowValue } from './column-values.ts'
import { readDocuments } from './json-tree.ts'
import { Malformed, mismatch, notJson } from './malformed.ts'
import { rulesOf } from './rules.ts'

export interface Deserializer {
  /**
   * Appends one line per JSON document of the unit, of which there is one at least. A unit is converted as a whole: when
   * a document of it fails, nothing of it is written. Pure: the same bytes give the same lines.
   */
  deserialize(unit: Buffer, out: ByteWriter): Deserialized
}

export type Deserialized = { kind: 'rows'; rows: number } | ({ kind: 'failed' } & ConversionFailure)

/** ParseError: not JSON. MalformedData: JSON that the column's type can not hold. */
export interface ConversionFailure {
  code: 'DataFormatConversion.ParseError' | 'DataFormatConversion.MalformedData'
  message: string
}

export type CreateDeserializer = (
  options: FirehoseConversion['deserializer'],
  columns: readonly Column[],
) => Deserializer

/** `columns` are those of the Glue table (resolve-conversion.ts). */
export const createDeserializer: CreateDeserializer = (options, columns) => {
  const row = rowValue(columns, rulesOf(options), '')

  function linesOf(unit: Buffer): string[] {
    if (!isUtf8(unit)) throw notJson('Invalid UTF-8')
    const documents = readDocuments(unit.toString().replace(/^\ufeff/, ''))
    if (documents.length === 0) throw notJson('No content to map due to end-of-input')
    return documents.map((document) => {
      if (!(document instanceof Map)) throw mismatch('A JSON object is required.')
      return `${row(document)}\n`
    })
  }

  function deserialize(unit: Buffer, out: ByteWriter): Deserialized {
    try {
      const lines = linesOf(unit)
      for (const line of lines) out.text(line)
      return { kind: 'rows', rows: lines.length }
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      return { kind: 'failed', code: error.code, message: error.message }
    }
  }
  return { deserialize }
}
