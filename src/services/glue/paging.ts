/** Glue's own limit of a page, and its words. */
import { openPaging } from '../paging.ts'
import { invalidInput } from './faults.ts'

export const { pageOf, keyIn } = openPaging({
  sizeMax: 100,
  invalidToken: () => invalidInput('Invalid NextToken.'),
})
