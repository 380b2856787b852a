/** Pages of lists that have an order: the token is the key of the last item, and stays right when items come and go. */
import { invalidInput } from './faults.ts'
import type { PageInput } from './inputs.ts'

/** Glue's own limit of a page. */
const PAGE_SIZE_MAX = 100

export function pageOf<T>(
  items: readonly T[],
  { NextToken: token, MaxResults: size = PAGE_SIZE_MAX }: PageInput,
  keyOf: (item: T) => string,
): { items: T[]; NextToken?: string } {
  const last = token === undefined || token === '' ? undefined : keyIn(token)
  const from = last === undefined ? 0 : items.findIndex((item) => keyOf(item) === last) + 1
  // The item of the token was deleted: the list starts over, rather than to leave something out.
  const page = items.slice(from, from + size)
  if (from + size >= items.length) return { items: page }
  return { items: page, NextToken: tokenOf(keyOf(page.at(-1)!)) }
}

export function tokenOf(key: string): string {
  return Buffer.from(key).toString('base64url')
}

/** Throws InvalidInputException. */
export function keyIn(token: string): string {
  const key = Buffer.from(token, 'base64url').toString()
  if (Buffer.from(key).toString('base64url') !== token) throw invalidInput('Invalid NextToken.')
  return key
}
