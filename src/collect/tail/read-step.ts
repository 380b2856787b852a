/** One block of one file: read, proved to follow what was read before, cut at its last newline, handed over. */
import type { Parser } from '../../format/parsers/parser.ts'
import type { BlockPool } from './byte-budget.ts'
import type { FollowedFile } from './followed-file.ts'
import type { HandOver, Piece } from './hand-over.ts'
import { advance, MARKER_BYTES_MAX, type Position } from './identity.ts'
import { countLines, leadingNuls, NEWLINE, startsWithBom, wholeLinesEnd } from './line-block.ts'
import type { TailLimits } from './tail-limits.ts'

export interface ReadContext {
  pool: BlockPool
  parser: Parser
  handOver: HandOver
  limits: TailLimits
  /** Bytes of a raw stream are not touched: a byte order mark stays. */
  isRaw: boolean
}

/** more: the file holds more now · end: no whole line is left · rewritten: it no longer holds what was read */
export type StepResult = 'more' | 'end' | 'rewritten'

const BOM_BYTES = 3
const NEWLINE_BYTES = Buffer.from('\n')

export async function readStep(context: ReadContext, followed: FollowedFile): Promise<StepResult> {
  const file = followed.file
  if (file === undefined) return 'end'
  const at = followed.handed
  followed.stat = await file.stat()
  // Of compressed content the end is known when it is met.
  const size = followed.isGzip ? Infinity : followed.stat.size
  if (size < at.offset) return 'rewritten'
  const from = Math.max(at.offset, followed.longLineScanned)
  const marker = from === at.offset && !followed.isGzip ? at.marker.length : 0
  // No line longer than the limit can be whole within it.
  const room = marker + context.limits.lineBytesMax + 1
  const wanted = Math.min(room, size - from + MARKER_BYTES_MAX)
  const block = await context.pool.take(wanted === room ? blockBytesFor(context.limits) : wanted)
  let kept = false
  try {
    const count = await file.read(block.subarray(0, wanted), from - marker)
    if (marker > 0 && !block.subarray(0, Math.min(count, marker)).equals(at.marker)) return 'rewritten'
    const content = block.subarray(marker, count)
    if (content.length === 0) return from < size && !followed.isGzip ? 'rewritten' : 'end'
    if (followed.isRewinding) return 'end'
    if (followed.longLineScanned > 0) return await longLineStep(context, followed, content)
    const piece = takeWholeLines(context, followed, content, () => context.pool.release(block))
    if (piece === undefined) return noWholeLine(context, followed, content)
    kept = true
    context.handOver.give(followed, piece)
    return from + content.length < size ? 'more' : 'end'
  } finally {
    if (!kept) context.pool.release(block)
  }
}

/** A line of lineBytesMax with its newline fits, and one byte more tells that a line is longer. */
export function blockBytesFor(limits: TailLimits): number {
  return MARKER_BYTES_MAX + limits.lineBytesMax + 1
}

function takeWholeLines(
  context: ReadContext,
  followed: FollowedFile,
  content: Buffer,
  release: () => void,
): Piece | undefined {
  const skipped = bytesToSkip(context, followed, content)
  const end = Math.max(wholeLinesEnd(content), skipped)
  if (end === 0) return undefined
  const lines = content.subarray(skipped, end)
  const to = advance(followed.handed, content.subarray(0, end))
  return pieceOf(context.parser, lines, to, release)
}

function pieceOf(parser: Parser, lines: Buffer, to: Position, release: () => void): Piece {
  const records = countLines(lines)
  if (records === 0) return { chunks: [], records, to, release }
  return { chunks: [parser.passthrough ? lines : parser.parseBlock(lines)], records, to, release }
}

/** Bytes that belong to no line: a byte order mark, a hole left by a stale writer, a newline that came late. */
function bytesToSkip(context: ReadContext, followed: FollowedFile, content: Buffer): number {
  const at = followed.handed
  if (at.flushed) return content[0] === NEWLINE ? 1 : 0
  if (followed.isTruncated && isAllNul(at)) return leadingNuls(content)
  if (at.offset === 0 && !context.isRaw && startsWithBom(content)) return BOM_BYTES
  return 0
}

function isAllNul(at: Position): boolean {
  return leadingNuls(at.head) === at.head.length && leadingNuls(at.marker) === at.marker.length
}

function noWholeLine(context: ReadContext, followed: FollowedFile, content: Buffer): StepResult {
  if (content.length <= context.limits.lineBytesMax) return 'end'
  followed.longLineScanned = followed.handed.offset + content.length
  return 'more'
}

/** Looks for the end of a line that is longer than the limit; its beginning is read again when it is found. */
async function longLineStep(
  context: ReadContext,
  followed: FollowedFile,
  content: Buffer,
): Promise<StepResult> {
  const newline = content.indexOf(NEWLINE)
  if (newline < 0) {
    followed.longLineScanned += content.length
    return 'more'
  }
  return cutLine(context, followed, followed.longLineScanned + newline, true)
}

/** Hands over the beginning of the line [handed.offset, end) and passes over the rest. */
async function cutLine(
  context: ReadContext,
  followed: FollowedFile,
  end: number,
  hasNewline: boolean,
): Promise<StepResult> {
  const to = await passOver(context, followed, hasNewline ? end + 1 : end)
  if (to === undefined) return 'rewritten'
  const line = context.parser.parseCut(to.beginning, end - followed.handed.offset)
  followed.longLineScanned = 0
  followed.cutLines += 1
  const release = () => context.pool.release(to.block)
  const position = hasNewline ? to.position : { ...to.position, flushed: true }
  context.handOver.give(followed, { chunks: [line], records: 1, to: position, release })
  return 'more'
}

/** The position at `end` and the first lineBytesMax bytes before it; undefined if the content changed meanwhile. */
async function passOver(
  context: ReadContext,
  followed: FollowedFile,
  end: number,
): Promise<{ position: Position; beginning: Buffer; block: Buffer } | undefined> {
  const { lineBytesMax } = context.limits
  const first = Buffer.allocUnsafe(lineBytesMax)
  const next = Buffer.allocUnsafe(lineBytesMax)
  let position = followed.handed
  while (position.offset < end) {
    const target = position === followed.handed ? first : next
    const count = (await followed.file?.read(target, position.offset)) ?? 0
    if (count === 0) return undefined
    position = advance(position, target.subarray(0, Math.min(count, end - position.offset)))
  }
  return { position, beginning: first, block: Buffer.alloc(0) }
}

/** The last line has no newline and will get none: hands it over with one. */
export async function flushUnterminated(context: ReadContext, followed: FollowedFile): Promise<void> {
  const at = followed.handed
  const size = followed.contentLength ?? followed.stat.size
  const rest = size - at.offset
  if (rest <= 0 || followed.isRewinding) return
  if (rest > context.limits.lineBytesMax) {
    await cutLine(context, followed, size, false)
    return
  }
  const block = await context.pool.take(rest)
  const count = (await followed.file?.read(block, at.offset)) ?? 0
  const line = block.subarray(0, count)
  const release = () => context.pool.release(block)
  const skipped = bytesToSkip(context, followed, line)
  const to = advance(at, line, true)
  if (skipped === count) return context.handOver.give(followed, { chunks: [], records: 0, to, release })
  const whole = Buffer.concat([line.subarray(skipped), NEWLINE_BYTES])
  context.handOver.give(followed, pieceOf(context.parser, whole, to, release))
}
