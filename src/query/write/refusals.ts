/** Errors of statements that write, in Athena's words. */
import { HozonError } from '../../base/errors.ts'

export function refused(message: string, hint?: string): HozonError {
  return new HozonError('HOZON_SQL_FAILED', message, {
    op: 'write table',
    ...(hint === undefined ? {} : { hint }),
  })
}

export function notAllowed(kind: string): HozonError {
  return new HozonError('HOZON_SQL_FORBIDDEN', `${kind} needs a key that may write`, {
    op: 'write table',
    hint: 'use an access key with the role admin',
  })
}
