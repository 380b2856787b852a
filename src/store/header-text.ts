/**
 * User metadata travels in HTTP headers, which hold printable ASCII only. Other text is written as S3 itself writes
 * it: RFC 2047, `=?UTF-8?B?…?=`.
 */
const PLAIN = /^(?!=\?)(?! )[\x20-\x7e]*(?<! )$/
const ENCODED = /^=\?UTF-8\?B\?([A-Za-z0-9+/=]*)\?=$/i

export function encodeHeaderText(text: string): string {
  return PLAIN.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`
}

export function decodeHeaderText(text: string): string {
  const base64 = ENCODED.exec(text)?.[1]
  return base64 === undefined ? text : Buffer.from(base64, 'base64').toString('utf8')
}

export function encodeMetadata(metadata: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([key, text]) => [key, encodeHeaderText(text)]))
}

export function decodeMetadata(metadata: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata).map(([key, text]) => [key.toLowerCase(), decodeHeaderText(text)]),
  )
}
