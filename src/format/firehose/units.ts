/**
 * Records of a segment become units: decompressed, reduced to their messages, de-aggregated, each step where the stream
 * has it. What belongs to no step stays as it came; a unit of an untouched record is a view of the segment's bytes.
 */
import { createDeaggregator } from './deaggregate.ts'
import { createDecompressor } from './decompress.ts'
import type { FirehoseProcessing } from '../../base/firehose-delivery.ts'
import type { Unit, Units, UnitsOf } from './unit.ts'

const NEWLINE = 0x0a

export interface UnitReader {
  /** What some records became, in their order; called for the records of a segment from the first to the last. */
  read(records: Iterable<Unit>): Units
}

export function createUnitReader(
  processing: Pick<FirehoseProcessing, 'decompression' | 'deaggregation'>,
  arrivalMs: number,
): UnitReader {
  const decompress = createDecompressor(processing.decompression)
  const split = createDeaggregator(processing.deaggregation)

  function read(records: Iterable<Unit>): Units {
    const result: Units = { units: [], failures: [] }
    const add = (record: number, data: Buffer): void => {
      if (split === undefined) result.units.push({ record, data })
      else for (const part of split(data)) result.units.push({ record, data: part })
    }
    for (const { record, data } of records) {
      if (decompress === undefined) {
        add(record, data)
        continue
      }
      const { contents, problem } = decompress(data)
      for (const content of contents) add(record, content)
      if (problem === undefined) continue
      const { code, message } = problem
      const times = { attempts: 1, arrivalMs, endedMs: arrivalMs }
      result.failures.push({ type: 'decompression-failed', code, message, raw: data, ...times })
    }
    return result
  }
  return { read }
}

/** All at once: what segments of many small records become takes several times their bytes. */
export const unitsOf: UnitsOf = (bytes, recordEnds, processing, arrivalMs) =>
  createUnitReader(processing, arrivalMs).read(recordsOf(bytes, recordEnds))

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
