/** Is a file of a Parquet table one? Said with the file's name, which the engine that reads it does not know. */
import { HozonError, systemCode } from '../base/errors.ts'
import type { Files } from '../sys/sys.ts'

export interface ParquetChecks {
  /** `name`: of this state of the file. Rejects with HOZON_SQL_FAILED. */
  check(file: { name: string; path: string; uri: string }): Promise<void>
}

const MAGIC = 'PAR1'
/** Magic, footer's length, magic. */
const BYTES_MIN = 12
/** Names of files that were found to be fine. */
const KNOWN_MAX = 100_000

export function openParquetChecks(files: Files): ParquetChecks {
  const known = new Set<string>()
  return {
    async check({ name, path, uri }) {
      if (known.has(name)) return
      const problem = await problemOf(files, path, uri)
      if (problem !== undefined) {
        throw new HozonError('HOZON_SQL_FAILED', problem, { op: 'read file', target: uri })
      }
      if (known.size >= KNOWN_MAX) known.clear()
      known.add(name)
    },
  }
}

async function problemOf(files: Files, path: string, uri: string): Promise<string | undefined> {
  try {
    const file = await files.open(path, 'read')
    try {
      const { size } = await file.stat()
      if (size < BYTES_MIN) return `HIVE_BAD_DATA: Not valid Parquet file: ${uri} has only ${size} bytes`
      const end = Buffer.alloc(MAGIC.length)
      await file.read(end, size - end.length)
      if (end.toString('latin1') === MAGIC) return undefined
      return `HIVE_BAD_DATA: Not valid Parquet file: ${uri} expected magic number: ${MAGIC} got: ${JSON.stringify(end.toString('latin1'))}`
    } finally {
      await file.close()
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return `HIVE_CANNOT_OPEN_SPLIT: ${uri} is no longer there`
    throw error
  }
}
