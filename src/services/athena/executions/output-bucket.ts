/** Before a statement is accepted: is there a bucket for its answer? */
import { describeError, HozonError } from '../../../base/errors.ts'
import type { Store } from '../../../store/store.ts'
import { invalidRequest } from '../faults.ts'
import type { Location } from './output-location.ts'

/** Nothing can be under it. */
const PROBE = '.hozon-probe/'

/** Throws InvalidRequestException. */
export async function verifyBucket(
  store: Pick<Store, 'openBucket' | 'list'>,
  { bucket, isOwn }: Pick<Location, 'bucket' | 'isOwn'>,
): Promise<void> {
  try {
    if (isOwn) await store.openBucket(bucket)
    else for await (const _ of store.list(bucket, PROBE)) break
  } catch (error) {
    if (error instanceof HozonError && !error.retryable)
      throw invalidRequest(`Unable to verify/create output bucket ${bucket}${reasonOf(error, isOwn)}`)
    throw error
  }
}

/** AWS says none. But nobody has named our own bucket, and keys that the store refuses are the operator's. */
function reasonOf(error: HozonError, isOwn: boolean): string {
  return isOwn || error.code === 'HOZON_STORE_DENIED' ? ` (${describeError(error)})` : ''
}
