/** Pages of lists that have an order: the token is the key of the last item, and stays right when items come and go. */
import { invalidRequest } from './faults.ts'

export interface PageInput {
  NextToken?: string
  MaxResults?: number
}

/** `items` ascend by key. */
export function pageOf<T>(
  items: readonly T[],
  { NextToken: token, MaxResults: wanted }: PageInput,
  { sizeMax, keyOf }: { sizeMax: number; keyOf: (item: T) => string },
): { items: T[]; NextToken?: string } {
  const last = token === undefined ? undefined : keyIn(token)
  const rest = last === undefined ? items : items.filter((item) => keyOf(item) > last)
  const size = wanted === undefined || wanted === 0 ? sizeMax : wanted
  const page = rest.slice(0, size)
  return rest.length <= size ? { items: page } : { items: page, NextToken: tokenOf(keyOf(page.at(-1)!)) }
}

export function tokenOf(key: string): string {
  return Buffer.from(key).toString('base64url')
}

/** Throws InvalidRequestException. */
export function keyIn(token: string): string {
  const key = Buffer.from(token, 'base64url').toString()
  if (tokenOf(key) !== token) throw invalidRequest('Invalid token')
  return key
}
