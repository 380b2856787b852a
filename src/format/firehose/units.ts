/**
 * Records of a segment become units: decompressed, reduced to their messages, de-aggregated, each step where the stream
 * has it. What belongs to no step stays as it came; a unit of an untouched record is a view of the segment's bytes.
 * They are made as they are read, in windows: all at once they would take hundreds of times the segment's bytes.
 */
import type { FirehoseProcessing } from '../../base/firehose-delivery.ts'
import { createDeaggregator } from './deaggregate.ts'
import { createDecompressor, tooMany, type Problem } from './decompress.ts'
import type { Undone, Unit, UnitWindow } from './unit.ts'

const NEWLINE = 0x0a

export type UnitSteps = Pick<FirehoseProcessing, 'decompression' | 'deaggregation'>

export interface WindowLimits {
  units: number
  /** Of the units, and of what their records inflate to: a window holds both. */
  bytes: number
}

/** A unit is some 300 bytes of the engine's heap, and what is done with it a few times that. */
const WINDOW_LIMITS: WindowLimits = { units: 8192, bytes: 512 * 1024 }
/** Of compressed records: half an hour of jq. 512 MiB of logs have fewer lines; what comes behind fails, record by record. */
export const SEGMENT_UNITS_MAX = 4 * 1024 * 1024

/** What the records of a segment, from the first to the last, became. */
export function* unitWindows(
  records: Iterable<Unit>,
  steps: UnitSteps,
  arrivalMs: number,
  limits: WindowLimits = WINDOW_LIMITS,
): Generator<UnitWindow> {
  const read = createReader(steps, arrivalMs)
  let window: UnitWindow = { records: 0, items: [] }
  let bytes = 0
  for (const record of records) {
    const { items, inflatedBytes } = read(record)
    window.records++
    bytes += inflatedBytes
    for (const item of items) {
      window.items.push(item)
      bytes += 'data' in item ? item.data.length : item.failure.raw.length
      if (window.items.length < limits.units && bytes < limits.bytes) continue
      yield window
      window = { records: 0, items: [] }
      bytes = 0
    }
  }
  if (window.records > 0 || window.items.length > 0) yield window
}

interface Read {
  items: Iterable<Unit | Undone>
  inflatedBytes: number
}

function createReader(steps: UnitSteps, arrivalMs: number): (record: Unit) => Read {
  const decompress = createDecompressor(steps.decompression)
  const split = createDeaggregator(steps.deaggregation)
  let units = 0

  function* unitsOf(record: number, contents: Iterable<Buffer>): Generator<Unit> {
    for (const content of contents) {
      for (const data of split?.(content) ?? [content]) {
        units++
        yield { record, data }
      }
    }
  }

  return ({ record, data }) => {
    if (decompress === undefined) {
      const items = split === undefined ? [{ record, data }] : unitsOf(record, [data])
      return { items, inflatedBytes: 0 }
    }
    const found =
      units < SEGMENT_UNITS_MAX
        ? decompress(data)
        : tooMany(SEGMENT_UNITS_MAX, 'the records that arrived together')
    if ('code' in found) return { items: [undone(record, data, found, arrivalMs)], inflatedBytes: 0 }
    const items = withOriginal(unitsOf(record, found.contents), data)
    return { items, inflatedBytes: found.inflatedBytes }
  }
}

function undone(record: number, raw: Buffer, { code, message }: Problem, arrivalMs: number): Undone {
  const times = { attempts: 1, arrivalMs, endedMs: arrivalMs }
  return { record, failure: { type: 'decompression-failed', code, message, raw, ...times } }
}

/** Of a compressed record AWS keeps the record as it came. One that became many units is not kept many times. */
function* withOriginal(units: Iterable<Unit>, original: Buffer): Generator<Unit> {
  let last: Unit | undefined
  let isFirst = true
  for (const unit of units) {
    if (last !== undefined) {
      yield last
      isFirst = false
    }
    last = unit
  }
  if (last !== undefined) yield isFirst ? { ...last, original } : last
}

/** Each record of a segment; where no boundaries were kept, each line with its newline. */
export function recordsOf(bytes: Buffer, recordEnds: Uint32Array | undefined): Iterable<Unit> {
  return recordEnds === undefined ? linesOf(bytes) : piecesOf(bytes, recordEnds)
}

function* piecesOf(bytes: Buffer, recordEnds: Uint32Array): Generator<Unit> {
  let from = 0
  for (let record = 0; record < recordEnds.length; record++) {
    const to = recordEnds[record]!
    yield { record, data: bytes.subarray(from, to) }
    from = to
  }
}

function* linesOf(bytes: Buffer): Generator<Unit> {
  for (let record = 0, from = 0; from < bytes.length; record++) {
    const newline = bytes.indexOf(NEWLINE, from)
    const to = newline < 0 ? bytes.length : newline + 1
    yield { record, data: bytes.subarray(from, to) }
    from = to
  }
}
