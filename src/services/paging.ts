/** Pages of lists: the token is the key of the last item, and stays right when items come and go. A wrong one is refused in a service's own words. */

export interface PageInput {
  NextToken?: string
  MaxResults?: number
}

export interface Page<T> {
  items: T[]
  NextToken?: string
}

export interface Paging {
  /** @param compare the order of the items by their keys, where that is not the one of their texts */
  pageOf: <T>(
    items: readonly T[],
    input: PageInput,
    keyOf: (item: T) => string,
    compare?: (a: string, b: string) => number,
  ) => Page<T>
  /** Undefined: from the beginning. Throws the service's error. */
  keyIn: (token: string | undefined) => string | undefined
}

export function openPaging({
  sizeMax,
  invalidToken,
}: {
  sizeMax: number
  invalidToken: () => Error
}): Paging {
  function keyIn(token: string | undefined): string | undefined {
    if (token === undefined || token === '') return undefined
    const key = Buffer.from(token, 'base64url').toString()
    if (tokenOf(key) !== token) throw invalidToken()
    return key
  }
  return {
    keyIn,
    pageOf(items, { NextToken: token, MaxResults: wanted = 0 }, keyOf, compare) {
      const last = keyIn(token)
      const from = last === undefined ? 0 : behind(items.map(keyOf), last, compare)
      const size = wanted === 0 ? sizeMax : wanted
      const page = items.slice(from, from + size)
      if (from + size >= items.length) return { items: page }
      return { items: page, NextToken: tokenOf(keyOf(page.at(-1)!)) }
    },
  }
}

export function tokenOf(key: string): string {
  return Buffer.from(key).toString('base64url')
}

function behind(
  keys: readonly string[],
  last: string,
  compare: ((a: string, b: string) => number) | undefined,
): number {
  if (compare !== undefined) return firstOf(keys, (key) => compare(key, last) > 0)
  const found = keys.indexOf(last)
  if (found >= 0) return found + 1
  // The item of the token was deleted: where it was. A list in another order starts over, rather than to leave something out.
  if (!keys.every((key, index) => index === 0 || keys[index - 1]! < key)) return 0
  return firstOf(keys, (key) => key > last)
}

/** Behind all of them where there is none. */
function firstOf(keys: readonly string[], isNext: (key: string) => boolean): number {
  const next = keys.findIndex(isNext)
  return next < 0 ? keys.length : next
}
