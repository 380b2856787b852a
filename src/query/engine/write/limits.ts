/** Sizes of written files, and the room that they must leave. */
import { HozonError } from '../../../base/errors.ts'

/** As large as a block of Hadoop: engines that read it share out files, and each has work for a second or two. */
export const FILE_BYTES_MAX = 128 * 1024 * 1024

export function tooManyPartitions(max: number): HozonError {
  return new HozonError(
    'HOZON_SQL_FAILED',
    `HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of ${max} open writers for partitions/buckets (TOO_MANY_OPEN_PARTITIONS)`,
    { op: 'write files', hint: 'write fewer partitions with each statement' },
  )
}

export function tooManyBytes(bytesMax: number): HozonError {
  return new HozonError('HOZON_SQL_SIZE', `the files are larger than ${bytesMax} bytes`, {
    op: 'write files',
    hint: 'write fewer rows with each statement',
  })
}
