/**
 * The units of a segment on disk, for Lambda: they are made where prepare() makes them, in the converter, and read by
 * the process that calls the function, some at a time. The file lives as long as the calls.
 *
 *   unit   u32 dataBytes, u32 originalBytes + 1 or 0 for none, data, original
 *
 * Numbers are little-endian. Records that became no unit have no place in it.
 */
import type { Files } from '../../sys/sys.ts'
import { createByteWriter } from '../byte-writer.ts'
import { openPart } from '../part-writer.ts'
import type { PrepareJob } from '../prepare.ts'
import { readSegment } from '../read-segment.ts'
import { createFileCursor } from './file-cursor.ts'
import type { Unit } from './unit.ts'
import { recordsOf, unitWindows, type UnitSteps } from './units.ts'

export interface UnitsJob extends Pick<PrepareJob, 'path' | 'bytes' | 'firstArrivalMs'> {
  recordEnds: Uint32Array | undefined
  steps: UnitSteps
  /** Made anew when it is there; not durable. */
  out: string
}

export type StoredUnit = Pick<Unit, 'data' | 'original'>

const HEAD_BYTES = 8
/** Some are given at a time, because each costs more than its bytes where there are millions. */
const PORTION_UNITS = 1024
const PORTION_BYTES = 256 * 1024

export async function writeUnits(files: Files, job: UnitsJob): Promise<{ units: number }> {
  const bytes = await readSegment(files, job)
  const writer = await openPart(files, job.out, createByteWriter())
  const head = Buffer.alloc(HEAD_BYTES)
  let units = 0
  try {
    const windows = unitWindows(recordsOf(bytes, job.recordEnds), job.steps, job.firstArrivalMs)
    for (const { items } of windows) {
      for (const item of items) {
        if ('failure' in item) continue
        const { data, original } = item
        units++
        head.writeUInt32LE(data.length, 0)
        head.writeUInt32LE(original === undefined ? 0 : original.length + 1, 4)
        for (const part of [head, data, original]) if (part) writer.pending.slice(part, 0, part.length)
        const flushing = writer.flushIfLarge()
        if (flushing !== undefined) await flushing
      }
    }
  } finally {
    await writer.close()
  }
  return { units }
}

export async function* readUnits(files: Files, path: string): AsyncGenerator<StoredUnit[]> {
  const file = await files.open(path, 'read')
  try {
    const { size } = await file.stat()
    const cursor = createFileCursor(file, 0, size)
    let portion: StoredUnit[] = []
    let from = 0
    while (cursor.position < size) {
      const filling = cursor.fill(HEAD_BYTES)
      if (filling !== undefined) await filling
      const head = cursor.take(HEAD_BYTES)
      const [dataBytes, originalBytes] = [head.readUInt32LE(0), head.readUInt32LE(4) - 1]
      const fillingBody = cursor.fill(dataBytes + Math.max(0, originalBytes))
      if (fillingBody !== undefined) await fillingBody
      const data = cursor.take(dataBytes)
      portion.push(originalBytes < 0 ? { data } : { data, original: cursor.take(originalBytes) })
      if (portion.length < PORTION_UNITS && cursor.position - from < PORTION_BYTES) continue
      yield portion
      portion = []
      from = cursor.position
    }
    if (portion.length > 0) yield portion
  } finally {
    await file.close()
  }
}
