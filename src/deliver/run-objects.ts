/** Which objects a run becomes: its parts grouped by their folder, each with a key that a repeat of the run makes again. */
import { uuid5 } from '../base/uuid5.ts'
import type { DeliverConfig } from '../base/stream.ts'
import type { Run } from '../catalog/catalog.ts'
import { objectKey } from '../format/prefix.ts'
import type { Part, Prepared } from '../format/prepare.ts'

export interface PlannedObject {
  key: string
  /** Values of the partition keys, in folder order. */
  partition: string[]
  parts: Part[]
  rows: number
  late: number
  minTimeMs: number | undefined
  maxTimeMs: number | undefined
}

/** Firehose's configuration version in the key; Hozon's own streams have one version. */
const STREAM_VERSION = '1'

export function planObjects(
  run: Run,
  deliver: DeliverConfig,
  prepared: Prepared[],
  extension: string,
): PlannedObject[] {
  const byPrefix = new Map<string, Part[]>()
  for (const segment of prepared) {
    for (const part of segment.parts) {
      const parts = byPrefix.get(part.prefix)
      if (parts === undefined) byPrefix.set(part.prefix, [part])
      else parts.push(part)
    }
  }
  // Sorted, so that a repeat numbers and names the objects alike.
  return [...byPrefix]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([prefix, parts]) => ({
      key: keyOf(run, deliver, prefix, extension),
      partition: parts[0]?.values.map(({ value }) => value) ?? [],
      parts,
      rows: sum(parts.map((part) => part.rows)),
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

/** The key of one object of a run. `prefix` is evaluated but for its random strings, which derive from the run too. */
export function keyOf(run: Run, deliver: DeliverConfig, prefix: string, extension: string): string {
  const uuid = uuid5(run.id, prefix)
  let draws = 0
  const random = (): string => uuid5(uuid, `random-string ${draws++}`).replaceAll('-', '').slice(0, 11)
  const folder = prefix.replaceAll('!{firehose:random-string}', random)
  return objectKey(folder, run.stream, STREAM_VERSION, run.arrivalMs, deliver.timezone, uuid, extension)
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
