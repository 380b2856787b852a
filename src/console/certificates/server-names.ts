/** The names and addresses under which a server is reached: what its certificate says and clients compare. */
import { ipVersion } from '../../sys/ip-address.ts'
import * as der from './der.ts'

const ALWAYS = ['localhost', '127.0.0.1', '::1']

/** One label may hold _: container names do. A * stands for a whole first label. */
const DNS_NAME = /^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i
const DNS_NAME_CHARS_MAX = 253

/** Tags of GeneralName. */
const DNS = 2
const ADDRESS = 7

export function isServerName(name: string): boolean {
  if (ipVersion(name) !== undefined) return true
  // All digits at the end would be an address, and this one is none.
  return name.length <= DNS_NAME_CHARS_MAX && DNS_NAME.test(name) && !/(^|\.)\d+$/.test(name)
}

/**
 * `given` is what the operator names; `host` is where the server listens; `machine` is what the machine calls itself.
 * Of the latter two, what can not stand in a certificate is left out: all addresses, or a name in letters of its own.
 */
export function serverNames({
  given,
  host,
  machine,
}: {
  given: readonly string[]
  host: string
  machine: string
}): string[] {
  const own = [host, machine].filter((name) => isServerName(name) && name !== '0.0.0.0' && name !== '::')
  return [...new Set([...ALWAYS, ...own, ...given].map((name) => name.toLowerCase()))]
}

/** SubjectAltName. */
export function encodeNames(names: readonly string[]): Buffer {
  return der.sequence(
    ...names.map((name) =>
      ipVersion(name) === undefined
        ? der.implicit(DNS, Buffer.from(name))
        : der.implicit(ADDRESS, addressBytes(name)),
    ),
  )
}

function addressBytes(address: string): Buffer {
  if (ipVersion(address) === 4) return Buffer.from(address.split('.').map(Number))
  // The URL parser writes every form of an address (`::`, dotted end) as groups of hexadecimal digits.
  const groups = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1)
  const [head = '', tail] = groups.split('::')
  const before = head === '' ? [] : head.split(':')
  const behind = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array<string>(8 - before.length - behind.length).fill('0')
  const bytes = Buffer.alloc(16)
  for (const [index, group] of [...before, ...zeros, ...behind].entries())
    bytes.writeUInt16BE(Number.parseInt(group, 16), index * 2)
  return bytes
}
