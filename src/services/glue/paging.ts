/** Glue's own limit of a page, and its words. */
import { openPaging } from '../paging.ts'
import { invalidInput } from './faults.ts'

export const invalidToken = (): Error => invalidInput('Invalid NextToken.')

export const { pageOf, keyIn } = openPaging({ sizeMax: 100, invalidToken })

/** A key of what is numbered and listed from the newest: it ascends as the numbers descend, so that a page goes on where one is gone. */
export function newestFirst(number: number): string {
  return String(Number.MAX_SAFE_INTEGER - number)
}
