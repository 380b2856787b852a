/** What drivers of databases say, as errors of the house. Their texts name users and hosts, never passwords. */
import { HozonError, systemCode } from '../../base/errors.ts'

/** SQLSTATE of PostgreSQL, codes of MySQL. */
const DENIED = new Set([
  '28000',
  '28P01',
  '3D000',
  '42501',
  'ER_ACCESS_DENIED_ERROR',
  'ER_DBACCESS_DENIED_ERROR',
  'ER_TABLEACCESS_DENIED_ERROR',
  'ER_BAD_DB_ERROR',
])

export function remoteError(error: unknown, op: string): HozonError {
  if (error instanceof HozonError) return error
  const code = systemCode(error) ?? ''
  const message = error instanceof Error && error.message !== '' ? error.message : code || String(error)
  if (DENIED.has(code)) {
    const hint = 'look at the user, the password and the database in `catalogs` of the pipeline file'
    return new HozonError('HOZON_REMOTE_DENIED', message, { op, hint, cause: error })
  }
  // Five characters are the SQLSTATE of an answer; anything else never reached the database.
  if (/^[0-9A-Z]{5}$/.test(code) || code.startsWith('ER_'))
    return new HozonError('HOZON_REMOTE_FAILED', message, { op, cause: error })
  const hint = 'look whether the database runs and can be reached from here'
  return new HozonError('HOZON_REMOTE_UNAVAILABLE', message, { op, hint, retryable: true, cause: error })
}
