/** For tests: lines as a segment file in a folder of their own, prepared. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DeliverConfig } from '../../base/stream.ts'
import { realFiles } from '../../sys/real-files.ts'
import type { Prepared, PrepareJob } from '../prepare.ts'
import { prepareSegment } from '../prepare-segment.ts'

export const ARRIVAL_MS = Date.parse('2026-11-23T12:00:00Z')

export const DELIVER: DeliverConfig = {
  bucket: 'logs',
  prefix: 'web/dt=!{timestamp:yyyy-MM-dd}/',
  errorPrefix: 'errors/!{firehose:error-output-type}/',
  partitionBy: 'event',
  timezone: 'UTC',
  format: 'parquet',
  compression: 'zstd',
  buffer: { sizeBytes: 64 * 1024 * 1024, intervalMs: 60_000 },
  time: undefined,
}

/** Everything below `folder` is removed when `use` has ended. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'hozon-format-'))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

export type JobPatch = Partial<Omit<PrepareJob, 'deliver'>> & { deliver?: Partial<DeliverConfig> }

export async function prepareBytes(folder: string, bytes: Buffer, patch: JobPatch = {}): Promise<Prepared> {
  const scratch = await mkdtemp(join(folder, 'scratch-'))
  const path = join(scratch, 'segment.data')
  await writeFile(path, bytes)
  return prepareSegment(realFiles, {
    stream: 'web',
    segment: 7,
    path,
    bytes: bytes.length,
    firstArrivalMs: ARRIVAL_MS,
    lastArrivalMs: ARRIVAL_MS,
    schema: { version: 1, columns: [] },
    evolve: true,
    scratch,
    ...patch,
    deliver: { ...DELIVER, ...patch.deliver },
  })
}

export function linesOf(...lines: string[]): Buffer {
  return Buffer.from(lines.map((line) => `${line}\n`).join(''))
}
