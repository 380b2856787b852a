/** Fills in what a stream's settings leave to a Glue table: the columns of a format conversion. */
import type { DeliverConfig } from '../base/stream.ts'
import { resolveConversion, type TableLookup } from '../format/serde/resolve-conversion.ts'

/**
 * The same object while nothing changed: segments with one settings object may be delivered in one run. Throws
 * HOZON_CONVERT_SCHEMA, retryable, while the table can not be used.
 */
export function openSettingsResolver(lookup: TableLookup): (deliver: DeliverConfig) => DeliverConfig {
  const last = new WeakMap<DeliverConfig, { columns: string; resolved: DeliverConfig }>()
  return (deliver) => {
    const { firehose } = deliver
    if (firehose?.conversion === undefined) return deliver
    const conversion = resolveConversion(firehose.conversion, lookup)
    const columns = JSON.stringify([conversion.resolvedVersion, conversion.columns])
    const before = last.get(deliver)
    if (before?.columns === columns) return before.resolved
    const resolved = { ...deliver, firehose: { ...firehose, conversion } }
    last.set(deliver, { columns, resolved })
    return resolved
  }
}
