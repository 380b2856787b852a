/** The `.metadata` object beside an answer: the answer's columns in the wire format of protocol buffers, as Athena writes it. */
import type { ResultColumn } from '../../../query/query.ts'

/** Field 1: an id of the execution; each field 4: a column. */
export function metadataFile(executionId: string, columns: readonly ResultColumn[]): Buffer {
  return Buffer.concat([text(1, executionId), ...columns.map((column) => bytes(4, columnMessage(column)))])
}

/** `nullable: unknown` of JDBC's successor. */
const UNKNOWN = 3

function columnMessage({ name, type, precision, scale }: ResultColumn): Buffer {
  return Buffer.concat([
    text(1, 'hive'),
    text(2, ''),
    text(3, ''),
    text(4, name),
    text(5, name),
    text(6, type),
    number(7, precision),
    number(8, scale),
    number(9, UNKNOWN),
    number(10, isCaseSensitive(type) ? 1 : 0),
  ])
}

export function isCaseSensitive(type: string): boolean {
  return type === 'varchar' || type === 'char'
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value))
}

function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([varint((field << 3) | 2), varint(value.length), value])
}

function number(field: number, value: number): Buffer {
  return Buffer.concat([varint(field << 3), varint(value)])
}

/** Seven bits a byte, the lowest first; the highest bit says that more follow. */
function varint(value: number): Buffer {
  const out: number[] = []
  let rest = value
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) out.push((rest % 128) | 0x80)
  return Buffer.from([...out, rest])
}
