/** IPADDRESS: kept as its canonical text. IPv4 is a part of IPv6 (::ffff:0:0/96) and printed with dots. */
import type { Natives } from './native.ts'

const V4_START = 0xffff_0000_0000n
const V4_END = 0xffff_ffff_ffffn

export const ipNatives: Natives = {
  __ip: { takes: ['varchar'], gives: 'varchar', compute: (text: string) => ipText(parseIp(text)) },
  /** Texts that sort as the addresses do. */
  __ip_key: {
    takes: ['varchar'],
    gives: 'varchar',
    compute: (text: string) => parseIp(text).toString(16).padStart(32, '0'),
  },
  __ip_of_key: { takes: ['varchar'], gives: 'varchar', compute: (key: string) => ipText(BigInt(`0x${key}`)) },
  __ip_contains: {
    takes: ['varchar', 'varchar'],
    gives: 'boolean',
    compute(network: string, text: string) {
      const { first, last } = range(network)
      const address = parseIp(text)
      return address >= first && address <= last
    },
  },
  __ip_prefix: {
    takes: ['varchar', 'bigint'],
    gives: 'varchar',
    compute: (text: string, bits: bigint) => `${ipText(range(`${text}/${bits}`).first)}/${bits}`,
  },
  __ip_subnet_min: {
    takes: ['varchar'],
    gives: 'varchar',
    compute: (network: string) => ipText(range(network).first),
  },
  __ip_subnet_max: {
    takes: ['varchar'],
    gives: 'varchar',
    compute: (network: string) => ipText(range(network).last),
  },
}

function range(network: string): { first: bigint; last: bigint } {
  const [text = '', bits = ''] = network.split('/')
  const address = parseIp(text)
  const size = isV4(address) ? 32 : 128
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > size)
    throw new Error('INVALID_FUNCTION_ARGUMENT: Invalid CIDR')
  const hosts = (1n << BigInt(size - Number(bits))) - 1n
  return { first: address & ~hosts, last: address | hosts }
}

function isV4(address: bigint): boolean {
  return address >= V4_START && address <= V4_END
}

function parseIp(text: string): bigint {
  const v4 = parseV4(text)
  if (v4 !== undefined) return V4_START + v4
  const address = parseV6(text)
  if (address === undefined) throw new Error(`INVALID_CAST_ARGUMENT: Cannot cast value to IPADDRESS: ${text}`)
  return address
}

function parseV4(text: string): bigint | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number)
  if (parts === undefined || parts.some((part) => part > 255)) return undefined
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n)
}

function parseV6(text: string): bigint | undefined {
  let groups = text
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  if (tail !== null) {
    const v4 = parseV4(tail[2]!)
    if (v4 === undefined) return undefined
    groups = `${tail[1]!}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`
  }
  const halves = groups.split('::')
  if (halves.length > 2) return undefined
  const [left, right] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - left!.length - (right?.length ?? 0)
  if (right === undefined ? missing !== 0 : missing < 1) return undefined
  const all = [...left!, ...Array.from({ length: missing }, () => '0'), ...(right ?? [])]
  if (!all.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined
  return all.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n)
}

/** RFC 5952: the first longest run of at least two zero groups is `::`. */
function ipText(address: bigint): string {
  if (isV4(address)) return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join('.')
  const groups = Array.from({ length: 8 }, (_, index) => (address >> BigInt(112 - 16 * index)) & 0xffffn)
  let best = { start: -1, length: 1 }
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (groups[start + length] === 0n) length++
    if (length > best.length) best = { start, length }
  }
  const hex = (part: bigint[]): string => part.map((group) => group.toString(16)).join(':')
  if (best.start < 0) return hex(groups)
  return `${hex(groups.slice(0, best.start))}::${hex(groups.slice(best.start + best.length))}`
}
