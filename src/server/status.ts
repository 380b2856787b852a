/** What `hozon status` says of a stream. */
import type { Catalog } from '../catalog/catalog.ts'
import type { StreamStatus } from '../console/server-api.ts'
import type { CloudWatch } from '../telemetry/cloudwatch.ts'
import type { OpenStream } from './open-stream.ts'

export function streamStatus(
  { config, buffer, sources }: OpenStream,
  catalog: Catalog,
  cloudWatch: CloudWatch,
  nowMs: number,
): StreamStatus {
  const stats = buffer.stats()
  const totals = catalog.totals(config.name)
  const freshness =
    stats.oldestArrivalMs === undefined ? null : Math.max(0, (nowMs - stats.oldestArrivalMs) / 1000)
  return {
    name: config.name,
    receivedRecords: stats.receivedRecords,
    receivedBytes: stats.receivedBytes,
    bufferedRecords: stats.records,
    bufferedBytes: stats.bytes,
    deliveredRecords: totals.deliveredRecords,
    deliveredObjects: totals.deliveredObjects,
    rejectedRecords: totals.rejectedRecords,
    lateRecords: totals.lateRecords,
    oldestBufferedSeconds: freshness,
    newestEventTime: totals.newestTimeMs === undefined ? null : new Date(totals.newestTimeMs).toISOString(),
    files: sources.flatMap((source) => source.status()),
    metrics: { ...cloudWatch.of(config.name), 'DeliveryToS3.DataFreshness': freshness ?? 0 },
  }
}

/** Whole sentences on what keeps the stream from moving on. */
export function streamProblems({ config, buffer, delivery, sources }: OpenStream): string[] {
  const problems: string[] = []
  const { stalled } = buffer.stats()
  if (stalled !== undefined) {
    const since = new Date(stalled.sinceMs).toISOString()
    problems.push(`${config.name}: the buffer takes nothing since ${since}: ${stalled.message}; files wait`)
  }
  const delivering = delivery.problem()
  if (delivering !== undefined) problems.push(`${config.name}: deliveries wait: ${delivering}`)
  for (const file of sources.flatMap((source) => source.status())) {
    if (file.message !== undefined) problems.push(`${config.name}: ${file.path}: ${file.message}`)
  }
  return problems
}
