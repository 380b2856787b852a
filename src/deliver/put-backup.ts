/** S3 backup of a Firehose stream: the records of a run as they came, before anything was done to them. */
import { join } from 'node:path'
import type { DeliverConfig } from '../base/stream.ts'
import { extensionOf } from '../format/encodings/registry.ts'
import { compilePrefixes } from '../format/prefix.ts'
import { putAs } from './put-object.ts'
import type { RunContext, RunInput } from './run-context.ts'
import { keyOf } from './run-objects.ts'

/** Before the run is committed: a backup that cannot be put holds the delivery up, as AWS pauses the stream. */
export async function putBackup(
  context: RunContext,
  input: RunInput,
  deliver: DeliverConfig,
  folder: string,
): Promise<void> {
  const backup = deliver.firehose?.backup
  if (backup === undefined) return
  const { run, segments } = input
  const { bucket, compression, timezone } = backup
  const path = join(folder, 'backup')
  const encoded = await context.converter.encode({
    parts: segments.map((segment) => segment.path),
    out: path,
    compression,
  })
  const prefix = compilePrefixes(backup.prefix, backup.errorPrefix).prefix.evaluate(run.arrivalMs, {
    timezone,
  })
  const key = keyOf(
    run,
    { ...deliver, timezone },
    { prefix, extension: extensionOf('json', compression), seed: `backup ${prefix}` },
  )
  await context.store.openBucket(bucket)
  await putAs(context, input, { bucket, key, path, encoded, format: 'json', compression })
}
