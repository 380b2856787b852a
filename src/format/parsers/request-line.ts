/** `GET /path HTTP/1.1` in three; what clients send that is no HTTP stays whole under `request`. */
import { member, writeText } from './members.ts'
import type { LineJob } from './line-parser.ts'

const METHOD = member('method')
const PATH = member('path')
const PROTOCOL = member('protocol')
const REQUEST = member('request')
const SPACE = 0x20
/** Longest of the registered methods: UPDATEREDIRECTREF and BASELINE-CONTROL. */
const MAX_METHOD_BYTES = 20
const HTTP = [0x48, 0x54, 0x54, 0x50, 0x2f]

export function writeRequest(job: LineJob, start: number, end: number): void {
  const methodEnd = skipMethod(job.source, start, end)
  if (methodEnd === start || methodEnd + 1 >= end || job.source[methodEnd] !== SPACE) {
    writeText(job, REQUEST, start, end)
    return
  }
  writeText(job, METHOD, start, methodEnd)
  const protocolStart = protocolAt(job.source, methodEnd, end)
  writeText(job, PATH, methodEnd + 1, protocolStart < 0 ? end : protocolStart - 1)
  if (protocolStart >= 0) writeText(job, PROTOCOL, protocolStart, end)
}

/** Upper-case letters and hyphens. */
function skipMethod(source: Uint8Array, start: number, end: number): number {
  const limit = Math.min(end, start + MAX_METHOD_BYTES)
  let at = start
  while (at < limit && ((source[at]! >= 0x41 && source[at]! <= 0x5a) || (source[at] === 0x2d && at > start)))
    at++
  return at
}

/** Where `HTTP/…` begins after the last space, or -1. Paths may have spaces in them. */
function protocolAt(source: Uint8Array, methodEnd: number, end: number): number {
  let at = end - 1
  while (at > methodEnd && source[at] !== SPACE) at--
  // The space after the method is also the last one: `GET HTTP/1.1` has a path only.
  if (at === methodEnd) return -1
  for (let i = 0; i < HTTP.length; i++) if (source[at + 1 + i] !== HTTP[i]) return -1
  return at + 1 + HTTP.length <= end ? at + 1 : -1
}
