/** How many views a statement may stand for: views that name views several times multiply. */
import { HozonError } from '../../base/errors.ts'

/** Each is parsed, bound and planned by the engine; real statements stand for a few. */
export const VIEWS_MAX = 1000

export function tooManyViews(): HozonError {
  const message = `NOT_SUPPORTED: the statement and its views name more than ${VIEWS_MAX} views`
  const hint =
    'name the tables that the views read, or save the answer of one as a table with CREATE TABLE AS'
  return new HozonError('HOZON_SQL_FAILED', message, { op: 'plan query', hint })
}
