/** What SQLite reports, in the catalog's own words. */
import { HozonError, type HozonErrorDetails } from '../base/errors.ts'

interface Fault {
  code: string
  message?: string
  hint: string
  retryable: boolean
}

const CORRUPT: Fault = {
  code: 'HOZON_CATALOG_CORRUPT',
  hint: 'move the file away and run `hozon catalog rebuild`: it is made anew from what the bucket holds',
  retryable: false,
}
const LOCKED: Fault = {
  code: 'HOZON_CATALOG_LOCKED',
  message: 'another hozon process uses this data folder',
  hint: 'stop it, or choose another folder with --data',
  retryable: false,
}
const DISK: Fault = {
  code: 'HOZON_CATALOG_DISK',
  hint: 'look at the free space, the permissions and the health of the disk that holds it',
  retryable: true,
}

/** SQLite's primary result codes: https://www.sqlite.org/rescode.html */
const FAULTS: Record<number, Fault> = {
  3: DISK, // SQLITE_PERM
  5: LOCKED, // SQLITE_BUSY
  6: LOCKED, // SQLITE_LOCKED
  8: DISK, // SQLITE_READONLY
  10: DISK, // SQLITE_IOERR
  11: CORRUPT, // SQLITE_CORRUPT
  13: DISK, // SQLITE_FULL
  14: DISK, // SQLITE_CANTOPEN
  22: DISK, // SQLITE_NOLFS
  26: CORRUPT, // SQLITE_NOTADB
}

/** Runs `work`; what the file or the disk is to blame for becomes a HozonError. Bugs pass unchanged. */
export function catalogFaults<T>(op: string, target: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const fault = FAULTS[primaryCode(error)]
    if (fault === undefined) throw error
    const message = fault.message ?? (error as Error).message
    throw new HozonError(fault.code, message, {
      op,
      target,
      hint: fault.hint,
      retryable: fault.retryable,
      cause: error,
    })
  }
}

export function corruptError(message: string, details: HozonErrorDetails): HozonError {
  return new HozonError(CORRUPT.code, message, { ...details, hint: CORRUPT.hint })
}

function primaryCode(error: unknown): number {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return -1
  return error.errcode & 0xff
}
