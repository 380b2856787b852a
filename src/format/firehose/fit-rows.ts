/** Delivered bytes as queries read them: rows told from their bytes (rows.ts), each made to fit the table's schema. */
import { join } from 'node:path'
import { assert } from '../../base/errors.ts'
import type { TableSchema } from '../../base/schema.ts'
import { DEFAULT_TIME_FIELDS } from '../../base/stream.ts'
import type { Files } from '../../sys/sys.ts'
import { createByteWriter } from '../byte-writer.ts'
import { createLineFitter, type LineFitter } from '../fit-line.ts'
import { NEWLINE } from '../json-bytes.ts'
import { ODD_ROW, ROW, scanLines, type Lines, type Scan } from '../json-shape.ts'
import { markMisfits } from '../misfits.ts'
import { openPart, type PartWriter } from '../part-writer.ts'
import { addTime } from '../partition-rows.ts'
import type { PrepareJob } from '../prepare.ts'
import { createRowTimes, type RowTimes } from '../row-time.ts'
import { evolve } from '../schema.ts'
import { byteSlices, lineSlices, type LineSlice } from './line-slices.ts'
import { writeRows } from './write-rows.ts'

export interface FileOfBytes {
  path: string
  bytes: number
}

export interface Fitted {
  fitPath: string
  fitBytes: number
  rows: number
  minTimeMs: number | undefined
  maxTimeMs: number | undefined
  late: number
}

/** Lines of JSON objects and nothing else. */
export interface RowsFile extends FileOfBytes {
  /** All of it, where it was read already and is not too much to keep. */
  held: Scanned[] | undefined
}

interface Scanned extends LineSlice {
  scan: Scan
}

export interface RowFitter {
  /** The file itself where it is clean JSON lines already, else one that is made of it, named after `name`. */
  rowsOf(file: FileOfBytes, name: string): Promise<RowsFile>
  /** The schema that has a place for what is in all of them: a version later where that is new. */
  evolve(parts: readonly RowsFile[]): Promise<TableSchema>
  /** `always`: the result is written even when every row fits as it is. */
  fit(part: RowsFile, schema: TableSchema, out: { path: string; always?: boolean }): Promise<Fitted>
  /** A file of rows that fit by their making: how many there are, and of which times. */
  measure(file: FileOfBytes): Promise<Fitted>
}

export type FitJob = Pick<PrepareJob, 'deliver' | 'schema' | 'firstArrivalMs' | 'scratch'>

/** What was scanned is kept from one pass to the next up to this; what is more is read again. */
const HELD_BYTES_MAX = 64 * 1024 * 1024

export function createRowFitter(files: Files, job: FitJob): RowFitter {
  const { time, timezone } = job.deliver
  const timeFields = time === undefined ? DEFAULT_TIME_FIELDS : [time]
  let heldBytes = 0

  async function* scansOf(file: RowsFile): AsyncGenerator<Scanned> {
    if (file.held !== undefined) return yield* file.held
    for await (const slice of lineSlices(files, file.path, file.bytes)) {
      yield { ...slice, scan: scanLines(slice.bytes, slice.size, timeFields) }
    }
  }

  /** Undefined: there is something in it that is no row. */
  async function cleanRows(file: FileOfBytes): Promise<RowsFile | undefined> {
    const held: Scanned[] | undefined = heldBytes + file.bytes <= HELD_BYTES_MAX ? [] : undefined
    for await (const scanned of scansOf({ ...file, held: undefined })) {
      if (!isClean(scanned)) return undefined
      held?.push(scanned)
    }
    if (held !== undefined) heldBytes += file.bytes
    return { ...file, held }
  }

  async function rowsOf(file: FileOfBytes, name: string): Promise<RowsFile> {
    const clean = await cleanRows(file)
    if (clean !== undefined) return clean
    const path = join(job.scratch, `${name}.rows.jsonl`)
    const bytes = await writeRows(files, byteSlices(files, file.path, file.bytes), path)
    const written = await cleanRows({ path, bytes })
    assert(written !== undefined, 'what was written as rows is read as rows')
    return written
  }

  async function evolveAll(parts: readonly RowsFile[]): Promise<TableSchema> {
    let { schema } = job
    for (const part of parts) {
      for await (const { scan } of scansOf(part)) schema = evolve(schema, scan.root, [])
    }
    return schema === job.schema ? schema : { ...schema, version: job.schema.version + 1 }
  }

  function toolsFor(schema: TableSchema): Tools {
    const times = createRowTimes(timezone, job.firstArrivalMs)
    return { fitter: createLineFitter(schema.columns), times, arrivalMs: job.firstArrivalMs }
  }

  async function measure(file: FileOfBytes): Promise<Fitted> {
    const fitted = nothingOf(file)
    const tools = toolsFor(job.schema)
    for await (const { bytes, scan } of scansOf({ ...file, held: undefined })) {
      await addLines(bytes, scan.lines, undefined, fitted, tools)
    }
    return fitted
  }

  async function fit(
    part: RowsFile,
    schema: TableSchema,
    out: { path: string; always?: boolean },
  ): Promise<Fitted> {
    const fitted = nothingOf(part)
    const tools = toolsFor(schema)
    let writer = out.always === true ? await openPart(files, out.path, createByteWriter()) : undefined
    let at = 0
    try {
      for await (const { bytes, size, scan } of scansOf(part)) {
        if (markMisfits(scan.root, schema.columns)) scan.findMisfits()
        if (writer === undefined && hasOddRows(scan.lines)) {
          writer = await openPart(files, out.path, createByteWriter())
          await copyBefore(part.path, at, writer)
        }
        await addLines(bytes, scan.lines, writer, fitted, tools)
        at += size
      }
    } finally {
      if (writer !== undefined) fitted.fitBytes = await writer.close()
    }
    return writer === undefined ? fitted : { ...fitted, fitPath: out.path }
  }

  /** Everything fitted until the slice at hand. */
  async function copyBefore(path: string, bytes: number, writer: PartWriter): Promise<void> {
    for await (const slice of lineSlices(files, path, bytes)) {
      writer.pending.slice(slice.bytes, 0, slice.size)
      await writer.flushIfLarge()
    }
  }

  return { rowsOf, evolve: evolveAll, fit, measure }
}

interface Tools {
  fitter: LineFitter
  times: RowTimes
  arrivalMs: number
}

async function addLines(
  bytes: Buffer,
  lines: Lines,
  writer: PartWriter | undefined,
  fitted: Fitted,
  { fitter, times, arrivalMs }: Tools,
): Promise<void> {
  for (let line = 0, start = 0; line < lines.count; line++) {
    const end = lines.ends[line]!
    const from = lines.timeFrom[line]!
    const to = lines.timeTo[line]!
    const timeMs = to > from ? times.read(bytes, from, to) : undefined
    if (timeMs !== undefined) addTime(fitted, timeMs, arrivalMs)
    if (writer !== undefined) {
      if (lines.status[line] === ODD_ROW) fitter.fit(bytes, start, writer.pending)
      else writer.pending.slice(bytes, start, end)
      const flushing = writer.flushIfLarge()
      if (flushing !== undefined) await flushing
    }
    start = end
  }
  fitted.rows += lines.count
}

function nothingOf({ path, bytes }: FileOfBytes): Fitted {
  return { fitPath: path, fitBytes: bytes, rows: 0, minTimeMs: undefined, maxTimeMs: undefined, late: 0 }
}

function isClean({ bytes, size, scan }: Scanned): boolean {
  const { lines } = scan
  for (let line = 0; line < lines.count; line++) {
    if (lines.status[line] !== ROW && lines.status[line] !== ODD_ROW) return false
  }
  return size === 0 || bytes[size - 1] === NEWLINE
}

function hasOddRows(lines: Lines): boolean {
  for (let line = 0; line < lines.count; line++) if (lines.status[line] === ODD_ROW) return true
  return false
}
