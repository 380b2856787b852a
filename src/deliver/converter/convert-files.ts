/** The converter's methods, as its process and in-process users (simulator, tests) call them. */
import { crc32 } from 'node:zlib'
import type { DuckDBInstance } from '@duckdb/node-api'
import { crcText } from '../../base/crc-text.ts'
import { HozonError } from '../../base/errors.ts'
import { encodeStream } from '../../format/encodings/registry.ts'
import { writeUnits, type UnitsJob } from '../../format/firehose/units-file.ts'
import type { Prepared, PrepareJob } from '../../format/prepare.ts'
import { prepareSegment } from '../../format/prepare-segment.ts'
import type { Files } from '../../sys/sys.ts'
import type { ConvertJob, Converter, EncodeJob, RefitJob } from './contract.ts'
import { engineFault } from './engine-fault.ts'
import { chunksOf } from './file-chunks.ts'
import { lineExtent } from './line-bound.ts'
import { openEngine, withEnoughMemory, writeParquet, type EngineOptions } from './parquet.ts'
import { refitObject } from './refit.ts'

export function openLocalConverter(files: Files, options: EngineOptions): Converter {
  let engine: Promise<DuckDBInstance> | undefined

  async function convert(job: ConvertJob): Promise<{ bytes: number; rows: number; crc32: string }> {
    engine ??= openEngine(options)
    const connection = await (await engine).connect()
    try {
      await connection.run("SET TimeZone = 'UTC'")
      const lines = await lineExtent(files, job.parts)
      const rows = await withEnoughMemory(connection, options, () => writeParquet(connection, job, lines))
      if (rows !== job.rows) throw rowsError(job, rows)
      return { rows, ...(await checksumOf(files, job.out)) }
    } catch (error) {
      throw engineFault(error, job.out)
    } finally {
      connection.closeSync()
    }
  }

  return {
    prepare: (job: PrepareJob): Promise<Prepared> => prepareSegment(files, job),
    writeUnits: (job: UnitsJob) => writeUnits(files, job),
    convert,
    encode: (job: EncodeJob) => encodeFiles(files, job),
    refit: (job: RefitJob) => refitObject(files, job),
    async close() {
      const opened = await engine
      opened?.closeSync()
    },
  }
}

function rowsError(job: ConvertJob, rows: number): HozonError {
  return new HozonError('HOZON_CONVERT_ROWS', `${job.rows} rows were prepared, DuckDB read ${rows}`, {
    op: 'convert',
    target: job.out,
    hint: 'this is a bug; nothing was delivered, the segments stay in the buffer',
  })
}

async function encodeFiles(files: Files, job: EncodeJob): Promise<{ bytes: number; crc32: string }> {
  const out = await files.open(job.out, 'create')
  let bytes = 0
  let checksum = 0
  try {
    for await (const chunk of encodeStream(job.compression, chunksOf(files, job.parts), {
      entryName: job.entryName ?? 'records',
      modifiedMs: 0,
    })) {
      await out.write([chunk], bytes)
      bytes += chunk.length
      checksum = crc32(chunk, checksum)
    }
  } finally {
    await out.close()
  }
  return { bytes, crc32: crcText(checksum) }
}

async function checksumOf(files: Files, path: string): Promise<{ bytes: number; crc32: string }> {
  let bytes = 0
  let checksum = 0
  for await (const chunk of chunksOf(files, [path])) {
    bytes += chunk.length
    checksum = crc32(chunk, checksum)
  }
  return { bytes, crc32: crcText(checksum) }
}
