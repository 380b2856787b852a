import { HozonError } from '../base/errors.ts'

/** Is it the store's word, of whichever kind? Its text names neither the object nor what can be done: describeError does. */
export function isStoreFault(error: unknown): boolean {
  if (!(error instanceof HozonError)) return false
  const [, area] = error.code.split('_')
  return area === 'STORE'
}
