import type { AuditReport } from '../console/server-api.ts'

export async function auditStreams(_context: unknown, _streams: unknown): Promise<AuditReport> {
  throw new Error('not yet')
}
