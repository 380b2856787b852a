/** What the file system reports, in the store's own words. */
import { HozonError, systemCode } from '../base/errors.ts'

interface Fault {
  code: string
  retryable: boolean
  hint?: string
}

const FULL: Fault = { code: 'HOZON_STORE_FULL', retryable: true, hint: 'free space on the disk of the store' }
const DENIED: Fault = {
  code: 'HOZON_STORE_DENIED',
  retryable: false,
  hint: 'the user that runs hozon must own the store folder',
}
const CLASH: Fault = {
  code: 'HOZON_STORE_KEY',
  retryable: false,
  hint: 'something that is no object has this name in the folder of the store, or a name on the way to it',
}
/** EIO, EMFILE, ESTALE and whatever else: the same call may work later. */
const UNAVAILABLE: Fault = { code: 'HOZON_STORE_UNAVAILABLE', retryable: true }

const FAULTS: Record<string, Fault> = {
  ENOSPC: FULL,
  EDQUOT: FULL,
  EFBIG: FULL,
  EACCES: DENIED,
  EPERM: DENIED,
  EROFS: DENIED,
  ENOTDIR: CLASH,
  EISDIR: CLASH,
  EEXIST: CLASH,
  ENOTEMPTY: CLASH,
  ENAMETOOLONG: CLASH,
  EILSEQ: CLASH,
}

/** Runs `work`; what it throws becomes a HozonError of the store. Bugs pass unchanged. */
export async function storeFaults<T>(op: string, target: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = systemCode(error)
    if (error instanceof HozonError || code === undefined || !/^E[A-Z0-9]+$/.test(code)) throw error
    const fault = FAULTS[code] ?? UNAVAILABLE
    const details = { op, target, retryable: fault.retryable, cause: error }
    throw new HozonError(
      fault.code,
      (error as Error).message,
      fault.hint === undefined ? details : { ...details, hint: fault.hint },
    )
  }
}
