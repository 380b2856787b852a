/** What could not be delivered as it should be becomes objects below the error prefix: one per type of failure. */
import type { ErrorOutputType } from '../base/firehose-delivery.ts'
import type { Compression, DeliverConfig } from '../base/stream.ts'
import type { StoredObject } from '../catalog/catalog.ts'
import { extensionOf } from '../format/encodings/registry.ts'
import { prefixesOf } from '../format/prefix.ts'
import { errorsSchema, errorsTable } from './errors-table.ts'
import { putAs } from './put-object.ts'
import type { RunContext, RunInput } from './run-context.ts'
import { keyOf } from './run-objects.ts'

interface ErrorFiles {
  type: ErrorOutputType
  files: { path: string; rows: number }[]
}

/** AWS's error objects are plain text and have no extension; Hozon's own are for keeping. */
const FORM: Record<'hozon' | 'aws', { compression: Compression; extension: string }> = {
  hozon: { compression: 'gzip', extension: extensionOf('json', 'gzip') },
  aws: { compression: 'none', extension: '' },
}

export async function putErrors(
  context: RunContext,
  input: RunInput,
  deliver: DeliverConfig,
  out: string,
): Promise<StoredObject[]> {
  const put: StoredObject[] = []
  for (const errors of errorFiles(input)) put.push(await putErrorsOf(context, input, deliver, errors, out))
  return put
}

/** Types in the order of their names, so that a repeat puts the same objects in the same order. */
function errorFiles({ prepared }: RunInput): ErrorFiles[] {
  const byType = new Map<ErrorOutputType, ErrorFiles['files']>()
  for (const { errors, firehose } of prepared) {
    const own = errors === undefined ? [] : [{ type: 'processing-failed' as const, ...errors }]
    for (const { type, path, rows } of firehose?.failures ?? own)
      byType.set(type, [...(byType.get(type) ?? []), { path, rows }])
  }
  return [...byType].map(([type, files]) => ({ type, files })).sort((a, b) => (a.type < b.type ? -1 : 1))
}

async function putErrorsOf(
  context: RunContext,
  input: RunInput,
  deliver: DeliverConfig,
  { type, files }: ErrorFiles,
  path: string,
): Promise<StoredObject> {
  const { run } = input
  const { compression, extension } = FORM[deliver.firehose === undefined ? 'hozon' : 'aws']
  const encoded = await context.converter.encode({
    parts: files.map((file) => file.path),
    out: path,
    compression,
  })
  const { timezone, bucket } = deliver
  const prefix = prefixesOf(deliver).errorPrefix.evaluate(run.arrivalMs, {
    timezone,
    errorOutputType: type,
  })
  // Without the type two of them could get one key: an error prefix may be plain text.
  const seed = deliver.firehose === undefined ? prefix : `${type} ${prefix}`
  const key = keyOf(run, deliver, { prefix, extension, seed })
  const { database, name } = errorsTable(context.config)
  return {
    bucket,
    key,
    database,
    table: name,
    run: run.id,
    partition: [],
    rows: files.reduce((total, { rows }) => total + rows, 0),
    format: 'json',
    compression,
    schemaVersion: errorsSchema(context.config).version,
    fits: true,
    ...(await putAs(context, input, { bucket, key, path, encoded, format: 'json', compression })),
  }
}
