/** A bucket that the store does not give is the caller's choice: its name is in the request. */
import { HozonError } from '../../base/errors.ts'
import { invalidArgument } from './faults.ts'

/** What clients take for a role that is not there yet, and try again for minutes, is not among these words. */
const TEXTS: Readonly<Record<string, string>> = {
  HOZON_STORE_NO_BUCKET: 'The specified bucket does not exist',
  HOZON_STORE_DENIED: 'Access to the specified bucket is denied',
  HOZON_STORE_KEY: 'The store can not have the specified bucket or prefix',
}

/** Waits for a change of a stream, which opens its bucket. Throws InvalidArgumentException. */
export async function withBucket(bucketArn: string, change: Promise<void>): Promise<void> {
  try {
    await change
  } catch (error) {
    const text = error instanceof HozonError ? TEXTS[error.code] : undefined
    if (text === undefined) throw error
    const { hint } = error as HozonError
    throw invalidArgument(`${text}: ${bucketArn}${hint === undefined ? '' : ` (${hint})`}`)
  }
}
