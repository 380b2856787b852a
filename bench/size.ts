/**
 * Bytes in the bucket against gzip -6 of the same lines: real logs and the application log. gzip gets all lines in one
 * stream, so the first figure is of one folder a year. The default, a folder an hour, is for logs of another size than
 * these samples: their hours hold a handful of lines, and each object has a footer.
 */
import { createReadStream, existsSync, readdirSync, statSync, writeFileSync, readFileSync } from 'node:fs'
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
  yearly: Stored
  hourly: Stored
}

interface Stored {
  bytes: number
  objects: number
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
    const streams = logs.flatMap(({ stream, path, tail }) => [
      `  ${stream}: {collect: [{tail: {paths: [${path}], ${tail}}}], deliver: {prefix: "${stream}/!{timestamp:yyyy}/"}}\n`,
      `  ${hourlyOf(stream)}: {collect: [{tail: {paths: [${path}], ${tail}}}]}\n`,
    ])
    const measured = await withServer(folder, streams.join(''), async (server) => {
      const all: Measured[] = []
      for (const log of logs) all.push(await measureOne(server, log))
      return all
    })
    return report(measured)
  })
}

const hourlyOf = (stream: string): string => `${stream}_hourly`

async function measureOne(server: Server, log: Log): Promise<Measured> {
  const { lines, bytes, gzipBytes } = await gzipped(log.path)
  const yearly = await stored(server, log.stream, lines)
  const hourly = await stored(server, hourlyOf(log.stream), lines)
  return { ...log, bytes, gzipBytes, yearly, hourly }
}

async function stored({ client, dataDirectory }: Server, stream: string, lines: number): Promise<Stored> {
  await untilReceived(client, stream, lines)
  await client.flush(stream)
  const { deliveredRecords, rejectedRecords } = await statusOf(client, stream)
  if (deliveredRecords + rejectedRecords !== lines)
    throw new Error(`${stream}: ${deliveredRecords} delivered and ${rejectedRecords} rejected of ${lines}`)
  const sizes = [stream, `errors/${stream}`].flatMap((prefix) =>
    sizesBelow(join(dataDirectory, 'store/logs', prefix)),
  )
  return { bytes: sizes.reduce((sum, each) => sum + each, 0), objects: sizes.length }
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

function sizesBelow(folder: string): number[] {
  // Nothing was rejected: there is no such folder.
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).size)
}

function report(measured: Measured[]): Report {
  const rowOf = (log: Measured): (string | number)[] => [
    log.what,
    log.bytes / MB,
    log.gzipBytes / MB,
    log.yearly.bytes / MB,
    log.yearly.bytes / log.gzipBytes,
    log.hourly.bytes / log.gzipBytes,
    log.hourly.objects,
  ]
  const columns = [
    'log',
    'lines, MB',
    'gzip -6, MB',
    'Parquet, MB',
    'Parquet / gzip',
    'a folder an hour: Parquet / gzip',
    'objects',
  ]
  return {
    tables: [{ columns, rows: measured.map(rowOf) }],
    targets: measured.map((log) => ({
      what: `${log.what}, part of gzip -6`,
      bound: { most: log.most, unit: '' },
      measured: log.yearly.bytes / log.gzipBytes,
    })),
    notes: ['Parquet: all objects of the stream, those of rejected lines too'],
  }
}
