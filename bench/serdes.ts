/**
 * Reading files of external tables: MB of text per CPU-second, from the file to JSON lines on the disk, in one process.
 * Real logs, each several times over, so that start-up does not count.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib'
import type { Column } from '../src/base/schema.ts'
import type { TextFormat } from '../src/format/serde/file-format.ts'
import { parseGlueType } from '../src/format/serde/glue-type.ts'
import { rewriteFile } from '../src/server/rewriter/rewrite-file.ts'
import { realFiles } from '../src/sys/real-files.ts'
import { MB, ROOT, withScratch } from './measure.ts'
import type { Report } from './report.ts'
import type { BenchOptions } from './run.ts'

const FIXTURES = join(ROOT, 'test/fixtures/real')
/** More changes nothing that can be seen. */
const TEXT_BYTES_MAX = 64 * MB

const ACCESS =
  'clientip ident auth timestamp verb request httpversion response:int bytes:bigint referrer agent'
const TRAIL =
  'eventversion eventtime eventsource eventname awsregion sourceipaddress useragent requestid eventid ' +
  'useridentity:struct<type:string,principalid:string,arn:string,accountid:string> requestparameters'
const KEYS =
  'eventVersion eventTime eventSource eventName awsRegion sourceIPAddress userAgent requestID eventID'
const mappings = Object.fromEntries(
  [...KEYS.split(' '), 'userIdentity', 'requestParameters'].map((key) => [
    `mapping.${key.toLowerCase()}`,
    key,
  ]),
)
const REGEX =
  '^(\\S+) (\\S+) (\\S+) \\[([^\\]]+)\\] "(\\S+) (\\S+)(?: HTTP/([0-9.]+))?" (\\d+|-) (\\d+|-) "([^"]*)" "([^"]*)".*$'

interface Case {
  what: string
  log: 'access' | 'auth' | 'trail'
  serde: TextFormat['serde']
  columns: string
  parameters?: Record<string, string>
  end?: '.gz' | '.zst'
}

const CASES: Case[] = [
  { what: 'LazySimpleSerDe, 13 columns', log: 'access', serde: 'lazy-simple', columns: 'a b c d e f g h i:int j:bigint k l m', parameters: { 'field.delim': ' ' } },
  { what: 'the same, gzip', log: 'access', serde: 'lazy-simple', columns: 'a b c d e f g h i:int j:bigint k l m', parameters: { 'field.delim': ' ' }, end: '.gz' },
  { what: 'the same, zstd', log: 'access', serde: 'lazy-simple', columns: 'a b c d e f g h i:int j:bigint k l m', parameters: { 'field.delim': ' ' }, end: '.zst' },
  { what: 'OpenCSVSerde, 10 columns', log: 'access', serde: 'open-csv', columns: 'a b c d e f g h i j', parameters: { separatorChar: ' ' } },
  { what: 'RegexSerDe, 11 columns', log: 'access', serde: 'regex', columns: ACCESS, parameters: { 'input.regex': REGEX } },
  { what: 'GrokSerDe, COMBINEDAPACHELOG', log: 'access', serde: 'grok', columns: ACCESS, parameters: { 'input.format': '%{COMBINEDAPACHELOG}' } },
  { what: 'GrokSerDe, SYSLOGLINE', log: 'auth', serde: 'grok', columns: 'timestamp logsource program pid:int message', parameters: { 'input.format': '%{SYSLOGLINE}' } },
  { what: 'OpenX JSON, 11 columns of CloudTrail', log: 'trail', serde: 'openx-json', columns: TRAIL, parameters: { 'case.insensitive': 'false', ...mappings } },
  { what: 'Hive JSON, 10 columns of CloudTrail', log: 'trail', serde: 'hive-json', columns: TRAIL.replace(' requestparameters', '') },
] // prettier-ignore

const NAMES = {
  access: 'apache-access-combined.log.gz',
  auth: 'auth-syslog.log.gz',
  trail: 'cloudtrail.ndjson.gz',
}
const LOGS = { access: 'Apache access log', auth: 'syslog', trail: 'CloudTrail, JSON' }
const ENCODE = { '.gz': gzipSync, '.zst': zstdCompressSync }

export async function measure({ bytes, runs }: BenchOptions): Promise<Report> {
  return withScratch(async (folder) => {
    const rows: (string | number)[][] = []
    for (const one of CASES) {
      const text = repeated(
        gunzipSync(readFileSync(join(FIXTURES, NAMES[one.log]))),
        Math.min(bytes, TEXT_BYTES_MAX),
      )
      const path = join(folder, `text${one.end ?? ''}`)
      writeFileSync(path, one.end === undefined ? text : ENCODE[one.end](text))
      const measured: number[] = []
      for (let run = 0; run <= runs; run++) measured.push(await rate(one, path, text.length, folder))
      // The first one warms up.
      rows.push([one.what, LOGS[one.log], Math.max(...measured.slice(1))])
    }
    return {
      tables: [{ columns: ['SerDe', 'log', 'MB of text per CPU-second'], rows }],
      targets: [],
      notes: ['the best of the runs; everything that the process did counts, reading and writing as well'],
    }
  })
}

async function rate(one: Case, path: string, textBytes: number, folder: string): Promise<number> {
  const before = process.cpuUsage()
  await rewriteFile(realFiles, {
    path,
    uri: `s3://bench/${path}`,
    format: {
      serde: one.serde,
      records: 'line',
      parameters: one.parameters ?? {},
      skipHeaderLines: 0,
      skipFooterLines: 0,
    },
    columns: one.columns.split(' ').map(columnOf),
    out: join(folder, 'rows.jsonl'),
  })
  const { user, system } = process.cpuUsage(before)
  return textBytes / MB / ((user + system) / 1e6)
}

function repeated(text: Buffer, bytes: number): Buffer {
  return Buffer.concat(Array.from({ length: Math.max(1, Math.floor(bytes / text.length)) }, () => text))
}

function columnOf(text: string): Column {
  const at = text.indexOf(':')
  const name = at < 0 ? text : text.slice(0, at)
  const parsed = parseGlueType(at < 0 ? 'string' : text.slice(at + 1))
  if (!('type' in parsed)) throw new Error(`${text}: ${parsed.error}`)
  return { name, key: name, type: parsed.type }
}
