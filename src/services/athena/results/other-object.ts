import { invalidRequest } from '../faults.ts'

/** Answers are objects that their owners may replace: what is there now is none of ours. */
export function otherObject(): Error {
  return invalidRequest('The object in the output location is not the result of the query any more')
}
