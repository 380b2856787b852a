/** The partitions of a table, of either kind, that an expression and a segment choose: in order, a page at a time. */
import { crc32 } from 'node:zlib'
import type { PageInput } from '../inputs.ts'
import { tokenOf } from '../../paging.ts'
import { keyIn } from '../paging.ts'
import { invalidInput } from '../faults.ts'
import { matcherOf, type Matcher } from './matcher.ts'
import { parseExpression } from './expression.ts'
import type { PartitionedTable, TablePartition } from './partitioned-table.ts'

/** Glue's own limit of a page. */
export const PAGE_SIZE_MAX = 1000
/**
 * Looked at for one answer: some 30 ms, in which nothing else is served. An answer with few partitions, or none, then has
 * a token, as AWS's may.
 */
const SCAN_MAX = 10_000
/** Combinations of leading values that are looked up one by one. More are found by reading. */
const LOOKUPS_MAX = 1000

export interface PartitionScan extends PageInput {
  Expression?: string
  Segment?: { SegmentNumber: number; TotalSegments: number }
}

export function scanPartitions(
  table: PartitionedTable,
  scan: PartitionScan,
): { partitions: TablePartition[]; NextToken?: string } {
  const { Expression: text = '', Segment: segment, NextToken: token, MaxResults: size = PAGE_SIZE_MAX } = scan
  const expression = parseExpression(text)
  const matcher = expression === undefined ? undefined : matcherOf(expression, table.keys)
  if (segment !== undefined) checkSegment(segment)
  const partitions: TablePartition[] = []
  let seen = 0
  let last: string[] | undefined
  for (const partition of candidates(table, matcher, afterToken(token))) {
    // One more is there than goes into this answer.
    if (partitions.length === size || seen === SCAN_MAX)
      return { partitions, NextToken: tokenOf(JSON.stringify(last)) }
    seen++
    last = partition.values
    if (segment !== undefined && segmentOf(partition, segment.TotalSegments) !== segment.SegmentNumber)
      continue
    if (matcher === undefined || matcher.matches(partition.values)) partitions.push(partition)
  }
  return { partitions }
}

function checkSegment({
  SegmentNumber: number,
  TotalSegments: total,
}: NonNullable<PartitionScan['Segment']>): void {
  if (number >= total) throw invalidInput(`SegmentNumber ${number} is not less than TotalSegments ${total}.`)
}

function segmentOf({ values }: TablePartition, total: number): number {
  return crc32(JSON.stringify(values)) % total
}

function afterToken(token: string | undefined): string[] | undefined {
  const key = keyIn(token)
  if (key === undefined) return undefined
  try {
    const values = JSON.parse(key) as unknown
    if (Array.isArray(values) && values.every((value) => typeof value === 'string')) return values
  } catch {
    // No token of ours, as said below.
  }
  throw invalidInput('Invalid NextToken.')
}

function* candidates(
  table: PartitionedTable,
  matcher: Matcher | undefined,
  after: string[] | undefined,
): Generator<TablePartition> {
  const prefixes = combinations(matcher?.leading ?? [])
  if (prefixes.length === 1 && prefixes[0]!.length === 0) return yield* table.partitions(after)
  // In the order of the partitions themselves, so that a token says what is done.
  const inOrder = prefixes.sort((a, b) =>
    Buffer.compare(Buffer.from(JSON.stringify(a)), Buffer.from(JSON.stringify(b))),
  )
  for (const prefix of inOrder) yield* table.partitions(after, prefix)
}

function combinations(leading: readonly string[][]): string[][] {
  let found: string[][] = [[]]
  for (const values of leading) {
    if (found.length * values.length > LOOKUPS_MAX) return found
    found = found.flatMap((prefix) => values.map((value) => [...prefix, value]))
  }
  return found
}
