/** The converter process: DuckDB is loaded here, and never in the process that holds the endpoints and the buffer. */
import { realFiles } from '../../sys/real-files.ts'
import { serveCalls } from '../../sys/rpc.ts'
import type { PrepareJob } from '../../format/prepare.ts'
import type { ConvertJob, EncodeJob, RefitJob } from './contract.ts'
import { openLocalConverter } from './convert-files.ts'

const converter = openLocalConverter(realFiles, {
  threads: Number(process.env['HOZON_THREADS'] ?? '2'),
  memoryMiB: Number(process.env['HOZON_MEMORY_MIB'] ?? '192'),
  temporary: process.env['HOZON_TEMPORARY'] ?? '',
})

serveCalls({
  prepare: (job: PrepareJob) => converter.prepare(job),
  convert: (job: ConvertJob) => converter.convert(job),
  encode: (job: EncodeJob) => converter.encode(job),
  refit: (job: RefitJob) => converter.refit(job),
})
