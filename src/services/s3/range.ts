/** `Range: bytes=a-b`: one range. */
import { s3Error } from './errors.ts'

export interface ByteRange {
  from: number
  /** Exclusive. */
  to: number
}

/** Undefined: all of it. What is no single range of bytes is ignored, as S3 does. Throws InvalidRange. */
export function parseRange(text: string | undefined, bytes: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec((text ?? '').replaceAll(' ', ''))
  if (match === null) return undefined
  const [first, last] = [match[1]!, match[2]!]
  if (first === '' && last === '') return undefined
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
  const range =
    first === ''
      ? { from: Math.max(0, bytes - Number(last)), to: bytes }
      : { from: Number(first), to: last === '' ? bytes : Math.min(bytes, Number(last) + 1) }
  if (range.from >= bytes || range.to <= range.from)
    throw s3Error('InvalidRange', undefined, { RangeRequested: text!, ActualObjectSize: String(bytes) })
  return range
}
