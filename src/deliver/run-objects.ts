/** Which objects a run becomes: its parts grouped by their folder, each with a key that a repeat of the run makes again. */
import { uuid5 } from '../base/uuid5.ts'
import type { DeliverConfig } from '../base/stream.ts'
import type { Run } from '../catalog/catalog.ts'
import { objectKey, prefixesOf, RANDOM_EXPRESSION } from '../format/prefix.ts'
import type { Part, Prepared } from '../format/prepare.ts'

export interface PlannedObject {
  key: string
  /** Values of the partition keys, in folder order. */
  partition: string[]
  parts: Part[]
  rows: number
  /** What it accounts for: rows, or the units of a Firehose stream. */
  records: number
  late: number
  minTimeMs: number | undefined
  maxTimeMs: number | undefined
}

/** Firehose's configuration version in the key; streams of the pipeline file have one version. */
const STREAM_VERSION = '1'

export function planObjects(
  run: Run,
  deliver: DeliverConfig,
  prepared: Prepared[],
  extension: string,
): PlannedObject[] {
  const prefixOf = prefixFinder(run, deliver)
  const byPrefix = new Map<string, Part[]>()
  for (const part of prepared.flatMap(({ parts }) => parts)) {
    const prefix = prefixOf(part)
    const parts = byPrefix.get(prefix)
    if (parts === undefined) byPrefix.set(prefix, [part])
    else parts.push(part)
  }
  // Sorted, so that a repeat numbers and names the objects alike.
  return [...byPrefix]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([prefix, parts]) => ({
      key: keyOf(run, deliver, { prefix, extension }),
      partition: parts[0]?.values.map(({ value }) => value) ?? [],
      parts,
      rows: sum(parts.map((part) => part.rows)),
      records: sum(parts.map((part) => part.units ?? part.rows)),
      late: sum(parts.map((part) => part.late)),
      minTimeMs: extreme(
        Math.min,
        parts.map((part) => part.minTimeMs),
      ),
      maxTimeMs: extreme(
        Math.max,
        parts.map((part) => part.maxTimeMs),
      ),
    }))
}

/** Of a Firehose stream all times in a key are those of the oldest record in the object, not of each segment. */
function prefixFinder(run: Run, deliver: DeliverConfig): (part: Part) => string {
  if (deliver.firehose === undefined) return ({ prefix }) => prefix
  const { prefix } = prefixesOf(deliver)
  const { timezone } = deliver
  return ({ keys }) => prefix.evaluate(run.arrivalMs, { timezone, ...(keys === undefined ? {} : { keys }) })
}

export interface KeyParts {
  /** Evaluated but for its random strings, which derive from the run too. */
  prefix: string
  /** With its dot. */
  extension: string
  /** What tells the object from the run's others; the prefix unless it is not enough. */
  seed?: string
}

export function keyOf(run: Run, deliver: DeliverConfig, { prefix, extension, seed }: KeyParts): string {
  const uuid = uuid5(run.id, seed ?? prefix)
  let draws = 0
  const random = (): string => uuid5(uuid, `random-string ${draws++}`).replaceAll('-', '').slice(0, 11)
  const folder = prefix.replaceAll(RANDOM_EXPRESSION, random)
  const version = deliver.firehose?.versionId ?? STREAM_VERSION
  return objectKey(folder, run.stream, version, run.arrivalMs, deliver.timezone, uuid, extension)
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function extreme(pick: (a: number, b: number) => number, times: (number | undefined)[]): number | undefined {
  return times.reduce(
    (best, time) => (best === undefined || time === undefined ? (best ?? time) : pick(best, time)),
    undefined,
  )
}
