/**
 * Where in a folder a key lives. Ordinary keys are their own path. What a folder can not hold is written as a name that no
 * ordinary key has, beside where it would be: everything from the first odd segment on, percent-encoded. Two places, one rule:
 *
 *   logs/a.parquet      logs/a.parquet
 *   logs//a             logs/.hozon-k-%2Fa
 *   logs/               logs/.hozon-k-
 *   ../x                .hozon-k-..%2Fx
 *   a   (beside a/b)    .hozon-k-a
 *
 * An encoded text that is too long for one name goes on below `.hozon-m-…` folders.
 */
import { percentDecode, percentEncode } from '../aws/wire-request.ts'
import { RESERVED_PREFIX } from './object-key.ts'

/** 255 is the limit of ext4, xfs, APFS and NTFS for one name; 5 bytes stay free for `.json` of the description. */
const SEGMENT_BYTES_MAX = 250
/** The last or only name of an encoded key, and the folders of one that is too long for it. */
const LAST = `${RESERVED_PREFIX}k-`
const MORE = `${RESERVED_PREFIX}m-`
const CHUNK_CHARS = 200

/** No name that the system, or another one that the folder is copied to, reads differently. */
export function isPlainSegment(segment: string): boolean {
  return (
    segment !== '' &&
    segment !== '.' &&
    segment !== '..' &&
    !segment.includes('\0') &&
    !segment.includes('\\') &&
    !segment.startsWith(RESERVED_PREFIX) &&
    Buffer.byteLength(segment) <= SEGMENT_BYTES_MAX
  )
}

/** The path of a key as names below its bucket's folder. */
export function keyNames(key: string): string[] {
  const segments = key.split('/')
  const odd = segments.findIndex((segment) => !isPlainSegment(segment))
  if (odd < 0) return segments
  return [...segments.slice(0, odd), ...tailNames(segments.slice(odd).join('/'))]
}

/** The other place of an ordinary key, where a folder has its name. Undefined for keys that are encoded anyway. */
export function besideNames(key: string): string[] | undefined {
  const segments = key.split('/')
  if (!segments.every(isPlainSegment)) return undefined
  return [...segments.slice(0, -1), ...tailNames(segments.at(-1)!)]
}

/** Below the folder of descriptions: `<name>.json`. Folders that end so get a `~`, so that no object's description has their name. */
export function descriptionNames(key: string): string[] {
  const names = keyNames(key)
  const last = `${names.pop()!}.json`
  return [...names.map((name) => (/\.json~*$/.test(name) ? `${name}~` : name)), last]
}

/** As descriptions were named before there was a `~`; undefined where that is the same, or another's by now. */
export function formerDescriptionNames(key: string): string[] | undefined {
  const names = keyNames(key)
  const folders = names.slice(0, -1)
  if (!folders.some((name) => name.endsWith('.json')) || folders.some((name) => /\.json~+$/.test(name)))
    return undefined
  return [...folders, `${names.at(-1)!}.json`]
}

export type EncodedName = { kind: 'last' | 'more'; text: string }

/** Undefined for every name that is no part of an encoded key. */
export function readEncodedName(name: string): EncodedName | undefined {
  if (name.startsWith(LAST)) return { kind: 'last', text: name.slice(LAST.length) }
  if (name.startsWith(MORE)) return { kind: 'more', text: name.slice(MORE.length) }
  return undefined
}

/** The end of a key from its whole encoded text; undefined unless it is exactly what a key is written as. */
export function decodeTail(text: string): string | undefined {
  const tail = Buffer.from(percentDecode(text), 'latin1').toString('utf8')
  if (encode(tail) !== text) return undefined
  const slash = tail.indexOf('/')
  const first = slash < 0 ? tail : tail.slice(0, slash)
  // An ordinary segment is encoded only where it is the whole tail: beside a folder of its name.
  return slash >= 0 && isPlainSegment(first) ? undefined : tail
}

function tailNames(tail: string): string[] {
  const text = encode(tail)
  const names: string[] = []
  let at = 0
  for (; text.length - at > CHUNK_CHARS; at += CHUNK_CHARS)
    names.push(MORE + text.slice(at, at + CHUNK_CHARS))
  return [...names, LAST + text.slice(at)]
}

/** The bytes of its UTF-8, all but letters, digits and `-._~` as %XX. */
function encode(tail: string): string {
  return percentEncode(Buffer.from(tail).toString('latin1'))
}
