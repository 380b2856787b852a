/** The converter process: DuckDB is loaded here, and never in the process that holds the endpoints and the buffer. */
import { HozonError } from '../../base/errors.ts'
import { realFiles } from '../../sys/real-files.ts'
import { serveCalls } from '../../sys/rpc.ts'
import type { UnitsJob } from '../../format/firehose/units-file.ts'
import type { PrepareJob } from '../../format/prepare.ts'
import type { ConvertJob, EncodeJob, RefitJob } from './contract.ts'
import { openLocalConverter } from './convert-files.ts'

const converter = openLocalConverter(realFiles, {
  threads: Number(process.env['HOZON_THREADS'] ?? '1'),
  memoryMiB: Number(process.env['HOZON_MEMORY_MIB'] ?? '320'),
  temporary: process.env['HOZON_TEMPORARY'] ?? '',
})

serveCalls({
  prepare: (job: PrepareJob) => named('prepare', job.path, converter.prepare(job)),
  writeUnits: (job: UnitsJob) => named('write units', job.path, converter.writeUnits(job)),
  convert: (job: ConvertJob) => named('convert', job.out, converter.convert(job)),
  encode: (job: EncodeJob) => named('encode', job.out, converter.encode(job)),
  refit: (job: RefitJob) => named('refit', job.out, converter.refit(job)),
})

/** A full disk or a lack of file handles passes; and the call channel carries only HozonErrors whole. */
async function named<T>(op: string, target: string, call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error
    throw new HozonError('HOZON_CONVERT_FILES', error.message, { op, target, retryable: true, cause: error })
  }
}
