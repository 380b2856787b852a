/**
 * Firehose's format conversion up to the file: the JSON documents of a record become rows of a Glue table, written as
 * JSON lines in the one spelling that json-columns.ts reads back exactly (canonical.ts). Only the table's columns are
 * written: keys that are none are dropped, columns without a key are null. No `_extra`: files hold what AWS's would.
 *
 *     const deserializer = createDeserializer(conversion.deserializer, conversion.columns)
 *     const outcome = deserializer.deserialize(unit.data, lines)
 *     if (outcome.kind === 'failed') failures.push({ type: 'format-conversion-failed', ...outcome, raw: unit.data, … })
 */
import type { FirehoseConversion } from '../../base/firehose-delivery.ts'
import type { Column } from '../../base/schema.ts'
import type { ByteWriter } from '../byte-writer.ts'

export interface Deserializer {
  /**
   * Appends one line per JSON document of the unit; a unit of white space holds none. A unit is converted as a whole:
   * when a document of it fails, `out` is as it was before. Pure: the same bytes give the same lines.
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

/** `columns` are those of the Glue table (glue-type.ts). */
export const createDeserializer: CreateDeserializer = (_options, _columns) => {
  throw new Error('not there yet')
}
