/** Is each object in the store, as it was recorded? */
import { addFinding, type AuditInput, type AuditReport, type ObjectCheck } from './audit-report.ts'
import type { StoredObject } from './catalog.ts'

/** Hides the round trip to a remote store; more would disturb deliveries. */
const CHECKS_AT_ONCE = 16

export async function auditObjects(input: AuditInput, report: AuditReport): Promise<void> {
  let batch: StoredObject[] = []
  const flush = async (): Promise<void> => {
    const checks = await Promise.all(batch.map(input.check))
    for (const [index, object] of batch.entries()) judge(object, checks[index], report)
    batch = []
  }
  for await (const object of input.objects()) {
    report.objects++
    batch.push(object)
    if (batch.length >= CHECKS_AT_ONCE) await flush()
  }
  await flush()
}

function judge(object: StoredObject, check: ObjectCheck | undefined, report: AuditReport): void {
  const name = `${object.bucket}/${object.key}`
  if (check === undefined || !check.present) {
    report.missingObjects++
    addFinding(
      report,
      'missing object',
      `${name}: not in the store; it held ${object.rows} rows of run ${object.run}`,
    )
    return
  }
  const fault = difference(object, check)
  if (fault === undefined) return
  report.changedObjects++
  addFinding(report, 'changed object', `${name}: ${fault}`)
}

/** The checksum is the truth where it is known; an etag may differ for the same bytes after a copy in parts. */
function difference(
  object: StoredObject,
  check: Extract<ObjectCheck, { present: true }>,
): string | undefined {
  if (check.bytes !== object.bytes) return `has ${check.bytes} bytes, was delivered with ${object.bytes}`
  if (check.checksum !== undefined)
    return check.checksum === object.checksum
      ? undefined
      : `has the CRC-32 ${check.checksum}, was delivered with ${object.checksum}`
  if (check.etag !== undefined && check.etag !== object.etag)
    return `has the etag ${check.etag}, was delivered with ${object.etag}`
  return undefined
}
