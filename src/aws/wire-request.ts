/**
 * A request as it came over the wire, which is what its signature was made of: nothing decoded, nothing normalised. Strings hold a byte per
 * character (latin1), as Node gives them.
 */
export interface WireRequest {
  method: string
  /** Path and query, undecoded. */
  target: string
  /** Name, value, name, value … as received. */
  rawHeaders: readonly string[]
}

/** By lower-case name; of a header that comes more than once the values in order, joined by commas. */
export type WireHeaders = ReadonlyMap<string, string>

export function wireHeaders({ rawHeaders }: WireRequest): WireHeaders {
  const headers = new Map<string, string>()
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toLowerCase()
    const value = rawHeaders[index + 1]!
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before},${value}`)
  }
  return headers
}

export function pathOf({ target }: WireRequest): string {
  const query = target.indexOf('?')
  return query < 0 ? target : target.slice(0, query)
}

/** Undecoded names and values, in order. */
export function queryOf({ target }: WireRequest): [name: string, value: string][] {
  const start = target.indexOf('?')
  if (start < 0) return []
  return target
    .slice(start + 1)
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=')
      return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)]
    })
}

/** `%41` to `A`, byte by byte; a percent sign with anything else behind it stays. */
export function percentDecode(text: string): string {
  if (!text.includes('%')) return text
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** All but letters, digits and -._~ becomes %XX. */
export function percentEncode(text: string): string {
  return text.replace(
    /[^A-Za-z0-9\-._~]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}
