/** Bytes in the bucket against gzip -6 of the same lines: real logs and the application log. */
import { createReadStream, readdirSync, statSync, writeFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createGzip, gunzipSync } from 'node:zlib'
import { applicationLogFile } from './input.ts'
import { MB, ROOT, withScratch } from './measure.ts'
import type { Report } from './report.ts'
import type { BenchOptions } from './run.ts'
import { statusOf, untilReceived, withServer, type Server } from './server.ts'

const FIXTURES = join(ROOT, 'test/fixtures/real')

/** More changes the ratio by nothing that can be seen. */
const APPLICATION_BYTES_MAX = 256 * MB

interface Log {
  stream: string
  what: string
  path: string
  tail: string
  most: number
}

interface Measured extends Log {
  bytes: number
  gzipBytes: number
  storedBytes: number
}

export async function measure({ bytes }: BenchOptions): Promise<Report> {
  const application = await applicationLogFile(Math.min(bytes, APPLICATION_BYTES_MAX))
  return withScratch(async (folder) => {
    const real = (stream: string, what: string, name: string, tail: string): Log => {
      const path = join(folder, `${stream}.log`)
      writeFileSync(path, gunzipSync(readFileSync(join(FIXTURES, name))))
      return { stream, what, path, tail, most: 1 }
    }
    const logs = [
      real('access', 'Apache access log', 'apache-access-combined.log.gz', 'parse: apache'),
      real('auth', 'syslog', 'auth-syslog.log.gz', 'parse: syslog'),
      real('trail', 'CloudTrail, JSON', 'cloudtrail.ndjson.gz', 'time: eventTime'),
      {
        stream: 'app',
        what: 'application log, JSON',
        path: application.path,
        tail: 'parse: json',
        most: 0.65,
      },
    ]
    const streams = logs.map(
      ({ stream, path, tail }) => `  ${stream}: {collect: [{tail: {paths: [${path}], ${tail}}}]}\n`,
    )
    const measured = await withServer(folder, streams.join(''), async (server) => {
      const all: Measured[] = []
      for (const log of logs) all.push(await measureOne(server, log))
      return all
    })
    return report(measured)
  })
}

async function measureOne({ client, dataDirectory }: Server, log: Log): Promise<Measured> {
  const { lines, bytes, gzipBytes } = await gzipped(log.path)
  await untilReceived(client, log.stream, lines)
  await client.flush(log.stream)
  const { deliveredRecords, rejectedRecords } = await statusOf(client, log.stream)
  if (deliveredRecords + rejectedRecords !== lines)
    throw new Error(
      `${log.stream}: ${deliveredRecords} delivered and ${rejectedRecords} rejected of ${lines}`,
    )
  const bucket = join(dataDirectory, 'store/logs')
  const storedBytes = [log.stream, `errors/${log.stream}`].map((prefix) => bytesBelow(join(bucket, prefix)))
  return { ...log, bytes, gzipBytes, storedBytes: storedBytes.reduce((a, b) => a + b) }
}

async function gzipped(path: string): Promise<{ lines: number; bytes: number; gzipBytes: number }> {
  let [lines, bytes, gzipBytes] = [0, 0, 0]
  const gzip = createGzip({ level: 6 })
  const input = createReadStream(path, { highWaterMark: 1 << 20 })
  input.on('data', (block) => {
    bytes += block.length
    for (let at = block.indexOf('\n'); at >= 0; at = block.indexOf('\n', at + 1)) lines++
  })
  input.pipe(gzip)
  for await (const chunk of gzip) gzipBytes += (chunk as Buffer).length
  return { lines, bytes, gzipBytes }
}

function bytesBelow(folder: string): number {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
  } catch {
    // Nothing was rejected: there is no such folder.
    return 0
  }
}

function report(measured: Measured[]): Report {
  const ratio = ({ storedBytes, gzipBytes }: Measured): number => storedBytes / gzipBytes
  return {
    tables: [
      {
        columns: ['log', 'MB of lines', 'gzip -6, MB', 'stored Parquet, MB', 'Parquet / gzip'],
        rows: measured.map((log) => [
          log.what,
          log.bytes / MB,
          log.gzipBytes / MB,
          log.storedBytes / MB,
          ratio(log),
        ]),
      },
    ],
    targets: measured.map((log) => ({
      what: `${log.what}, part of gzip -6`,
      bound: { most: log.most, unit: '' },
      measured: ratio(log),
    })),
    notes: [
      'stored: all objects of the stream, those of rejected lines too; one delivery per stream where it is below 64 MiB',
    ],
  }
}
