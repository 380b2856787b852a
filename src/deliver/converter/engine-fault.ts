/** What DuckDB says when the disk is to blame, as an error that passes once there is room. Everything else stays as it is. */
import { HozonError } from '../../base/errors.ts'

/** `failed to offload`: the memory limit was reached, and there was no room to spill. */
const DISK = /^IO Error: |failed to offload data block/

export function engineFault(error: unknown, target: string): unknown {
  if (!(error instanceof Error) || error instanceof HozonError || !DISK.test(error.message)) return error
  return new HozonError('HOZON_CONVERT_DISK', error.message.split('\n')[0] ?? '', {
    op: 'convert',
    target,
    hint: 'make room on the disk that holds the data folder; the delivery is tried again by itself',
    retryable: true,
    cause: error,
  })
}
