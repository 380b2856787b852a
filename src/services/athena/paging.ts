/** Athena's own limit of a page, and its words. */
import { openPaging } from '../paging.ts'
import { invalidRequest } from './faults.ts'

export const PAGE_SIZE_MAX = 50

export const { pageOf, keyIn } = openPaging({
  sizeMax: PAGE_SIZE_MAX,
  invalidToken: () => invalidRequest('Invalid token'),
})
