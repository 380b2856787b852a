/** A caller waits, and the store that has to be asked first does not answer. */
import { AwsError } from '../../aws/errors.ts'
import { describeError, HozonError } from '../../base/errors.ts'
import { isStoreFault } from '../../store/store-fault.ts'
import type { Store } from '../../store/store.ts'
import type { Clock } from '../../sys/sys.ts'

/** The store itself tries for a minute, which is when most clients give up, and begin again without having heard why. */
const ANSWER_MS = 20_000

/** Rejects with HOZON_STORE_UNAVAILABLE when there is no answer by then. What was begun ends by itself. */
export async function answerInTime<T>(clock: Pick<Clock, 'sleep'>, asked: Promise<T>): Promise<T> {
  const answered = new AbortController()
  const tooLate = clock.sleep(ANSWER_MS, answered.signal).then(() => {
    throw new HozonError('HOZON_STORE_UNAVAILABLE', `no answer after ${ANSWER_MS} ms`, {
      op: 'ask the store',
      retryable: true,
    })
  })
  try {
    return await Promise.race([asked, tooLate])
  } finally {
    answered.abort()
  }
}

/** Throws InternalServerException where the store is to blame: clients try that again. */
export async function sayWhatStoreSays<T>(
  { location }: Pick<Store, 'location'>,
  asked: Promise<T>,
): Promise<T> {
  try {
    return await asked
  } catch (error) {
    if (!isStoreFault(error)) throw error
    const message = `The store at ${location} does not give what is needed: ${describeError(error)}`
    throw new AwsError('InternalServerException', message, { status: 500, members: { Message: message } })
  }
}
