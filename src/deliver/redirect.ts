/**
 * A planned run of a Firehose stream keeps the settings it was planned with. But where its destination refuses it for
 * good, and UpdateDestination has named another since, it goes there: without that it would block the stream for ever.
 */
import { HozonError } from '../base/errors.ts'
import type { DeliverConfig } from '../base/stream.ts'
import type { Run } from '../catalog/catalog.ts'

/** Waiting does not help against these; a store that is down is waited for. */
const REFUSALS: ReadonlySet<string> = new Set([
  'HOZON_STORE_NO_BUCKET',
  'HOZON_STORE_DENIED',
  'HOZON_STORE_KEY',
])

/** The run with the stream's destination of now; undefined: it stays as it is. */
export function redirected(run: Run, now: DeliverConfig, error: unknown): Run | undefined {
  if (!(error instanceof HozonError) || !REFUSALS.has(error.code)) return undefined
  const before = JSON.parse(run.deliver) as DeliverConfig
  if (before.firehose === undefined || now.firehose === undefined) return undefined
  const deliver = JSON.stringify({ ...before, ...destinationOf(before, now) })
  return deliver === run.deliver ? undefined : { ...run, deliver }
}

function destinationOf(before: DeliverConfig, now: DeliverConfig): Partial<DeliverConfig> {
  const firehose = { ...before.firehose!, backup: now.firehose!.backup }
  // With dynamic partitioning the prefix needs the keys that the parts have: those of the time of sealing.
  if (firehose.partitioning !== undefined) return { bucket: now.bucket, firehose }
  return { bucket: now.bucket, prefix: now.prefix, errorPrefix: now.errorPrefix, firehose }
}
