/**
 * The pipeline file as a schema. Its descriptions are the documentation: docs/configuration.md and
 * schema/hozon.schema.json are generated from here (publish.ts). It only validates: defaults are filled in by
 * defaults.ts, and rules across keys are in checks.ts.
 */
import { isAbsolute } from 'node:path'
import * as z from 'zod'
import { isServerName } from '../console/certificates/server-names.ts'
import { isTimeZone } from '../base/time-zone.ts'
import { parseBytes, parseDurationMs } from '../base/units.ts'
import { bucketNameProblem } from './bucket-name.ts'
import { databaseUrlProblem } from './database-url.ts'
import { functionTargetProblem } from './function-target.ts'

const MIB = 1024 * 1024
/** Firehose takes 1–128 MiB; more makes better Parquet on a machine with the room for it. */
export const BUFFER_BYTES_MIN = 1 * MIB
export const BUFFER_BYTES_MAX = 4096 * MIB
/** Firehose's own range. 0: as soon as something is there. */
export const BUFFER_INTERVAL_MS_MIN = 1000
export const BUFFER_INTERVAL_MS_MAX = 900 * 1000
/** Firehose's limit on Prefix and ErrorOutputPrefix. */
const PREFIX_CHARS_MAX = 1024

/** As many as a certificate may have with Let's Encrypt; each costs bytes in every handshake. */
const ENDPOINT_NAMES_MAX = 100

const SIZE_FORM = 'is not a size; write a number and a unit, as in 64MiB'
const DURATION_FORM = 'is not a duration; write a number and a unit, as in 60s'

export const PARSE_KINDS = ['json', 'none', 'nginx', 'apache', 'logfmt', 'syslog'] as const
export const FORMATS = ['parquet', 'json', 'raw'] as const
export const COMPRESSIONS = ['zstd', 'snappy', 'gzip', 'hadoop-snappy', 'zip', 'none'] as const

const regexParser = z
  .strictObject({
    regex: z
      .string()
      .refine(isRegex, { error: regexProblem, abort: true })
      .refine(hasNamedGroup, {
        error: 'has no named group; write (?<name>…) around what shall become a field',
      })
      .describe(
        'A JavaScript regular expression for a whole line. Each named group `(?<name>…)` becomes a field.',
      ),
    types: z
      .record(z.string(), z.enum(['string', 'integer', 'float', 'boolean']))
      .optional()
      .describe('Types of fields that are not strings, for example `{status: integer, seconds: float}`.'),
  })
  .describe('A regular expression with named groups.')

const tail = z
  .strictObject({
    paths: z
      .array(z.string().refine(...pathRule()))
      .min(1, { error: 'at least one path is needed' })
      .describe(
        'Files to follow; globs (`*`, `**`, `?`, `[a-z]`, `{a,b}`) are looked at again all the time. Relative ones start at the folder of the pipeline file.',
      ),
    parse: z
      .union([z.enum(PARSE_KINDS), regexParser])
      .optional()
      .describe(
        'What a line is: `json` (an object per line), `none` (the line becomes the field `message`), `nginx` or `apache` (combined or common access log), `logfmt`, `syslog` (RFC 5424 and RFC 3164), or `{regex: …}`. Default: `json`; for `format: raw`, `none`.',
      ),
    time: z
      .string()
      .min(1, { error: 'must not be empty' })
      .optional()
      .describe(
        'The field that holds the event time. Default: the first of `time`, `timestamp`, `@timestamp`, `ts` that a line has.',
      ),
    from: z
      .enum(['beginning', 'end'])
      .optional()
      .describe('Where a file starts that was never read before. Default: `beginning`.'),
  })
  .describe('Follows files, through rotation of any kind.')

const buffer = z
  .strictObject({
    size: z
      .string({ error: SIZE_FORM })
      .refine(...sizeRule())
      .optional()
      .describe('Bytes of input, 1MiB to 4096MiB. Default: `64MiB`.'),
    interval: z
      .string({ error: DURATION_FORM })
      .refine(...intervalRule())
      .optional()
      .describe('Age of the oldest record: `0s` or 1s to 900s. Default: `60s`.'),
  })
  .describe('A delivery starts when one of both is reached. Queries see buffered lines all the same.')

const deliver = z
  .strictObject({
    bucket: z
      .string()
      .superRefine((name, context) => {
        const problem = bucketNameProblem(name)
        if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
      })
      .optional()
      .describe('The bucket, made when it is not there. S3 naming rules. Default: `logs`.'),
    prefix: z
      .string()
      .max(PREFIX_CHARS_MAX, { error: `is longer than ${PREFIX_CHARS_MAX} characters` })
      .optional()
      .describe(
        'Beginning of the object keys, in the expression language of Firehose: `!{timestamp:yyyy-MM-dd}` and `!{firehose:random-string}`. Folders of the form `name=value` become partition columns. Default: `<stream>/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/`.',
      ),
    errorPrefix: z
      .string()
      .max(PREFIX_CHARS_MAX, { error: `is longer than ${PREFIX_CHARS_MAX} characters` })
      .optional()
      .describe(
        'The same for lines that can not be delivered as rows; with an expression it must contain `!{firehose:error-output-type}`. Default: `errors/<stream>/!{firehose:error-output-type}/`.',
      ),
    partitionBy: z
      .enum(['event', 'arrival'])
      .optional()
      .describe(
        "The instant in the prefix: the line's own time (`event`) or when it was received (`arrival`, as Firehose does). Default: `event`; for `format: raw`, `arrival`.",
      ),
    timezone: z
      .string()
      .refine(isTimezone, { error: 'is not a time zone; write an IANA name as in Asia/Tokyo' })
      .optional()
      .describe('IANA zone of the times in the keys: partitions follow local days. Default: `UTC`.'),
    format: z
      .enum(FORMATS)
      .optional()
      .describe(
        'What objects hold: `parquet`, `json` (the lines, a JSON object each) or `raw` (the bytes as they came). Default: `parquet`.',
      ),
    compression: z
      .enum(COMPRESSIONS)
      .optional()
      .describe(
        'For `parquet`: zstd, snappy, gzip, none. For `json` and `raw`: gzip, zstd, snappy, hadoop-snappy, zip, none. Default: `zstd` for parquet, `gzip` for the others.',
      ),
    buffer: buffer.optional(),
  })
  .describe('How and where the lines become objects.')

const stream = z
  .strictObject({
    collect: z
      .array(z.strictObject({ tail }))
      .optional()
      .describe('Where lines come from. Optional: any sender may also use the endpoint.'),
    deliver: deliver.optional(),
    table: z
      .string()
      .regex(/^[a-z0-9_]{1,128}\.[a-z0-9_]{1,128}$/, {
        error: 'must be database.table, both of lower-case letters, digits and _',
      })
      .optional()
      .describe(
        'The table that SQL sees, as `database.table`; made and evolved by Hozon. Default: `logs.<stream>`, in lower case with `-` and `.` as `_`.',
      ),
  })
  .describe('One stream; its name is also the Firehose DeliveryStreamName.')

const store = z
  .strictObject({
    path: z
      .string()
      .min(1, { error: 'must not be empty' })
      .optional()
      .describe(
        'The embedded store: a folder per bucket. Relative to the folder of the pipeline file. Default: `store` in the data directory (`--data`, `./hozon-data`).',
      ),
    s3: z
      .strictObject({
        endpoint: z
          .string()
          .refine(isHttpUrl, { error: 'is not a URL; write it as in https://s3.example.com' })
          .optional()
          .describe('URL of an S3-compatible server. Default: AWS.'),
        region: z
          .string()
          .min(1, { error: 'must not be empty' })
          .optional()
          .describe('Default: `us-east-1`.'),
        pathStyle: z
          .boolean()
          .optional()
          .describe(
            'The bucket in the path of the URL and not in the host name. Default: true with an `endpoint`, else false.',
          ),
      })
      .optional()
      .describe(
        'AWS S3, MinIO, Ceph, R2 and others. Credentials are found the AWS way: environment, shared files, instance role.',
      ),
  })
  .describe('Where buckets live. Either `path` or `s3`.')

const functions = z
  .record(
    z.string().regex(/^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[a-zA-Z0-9_-]{1,64}$/, {
      error:
        'is not the ARN of a function; write arn:aws:lambda:us-east-1:123456789012:function:NAME, without a version',
    }),
    z.string().superRefine((target, context) => {
      const problem = functionTargetProblem(target)
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
    }),
  )
  .describe(
    'What stands behind a Lambda function that a stream of the Firehose API names: ARN (without a version) and a module (`./redact.ts`; `.ts`, `.mts`, `.cts`, `.js`, `.mjs` or `.cjs`) or an `http://` or `https://` URL. See [functions](guides/lambda.md).',
  )

const catalogs = z
  .record(
    z.string().regex(/^(?!awsdatacatalog$)[a-z][a-z0-9_]{0,63}$/, {
      error: 'a catalog has a name of 1 to 64 lower-case letters, digits and _, other than awsdatacatalog',
    }),
    z.string().superRefine((url, context) => {
      const problem = databaseUrlProblem(url)
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
    }),
  )
  .describe(
    'Live databases that statements may read, by the name of their catalog: `postgresql://user:password@host:5432/database` or `mysql://user:password@host:3306`. Keep the password in the environment: `${APP_PASSWORD}`. See [live databases](guides/databases.md).',
  )

const endpoint = z
  .strictObject({
    names: z
      .array(
        z.string().refine(isServerName, { error: 'is not a DNS name or IP address, as in logs.example.com' }),
      )
      .max(ENDPOINT_NAMES_MAX, { error: `has more than ${ENDPOINT_NAMES_MAX} names` })
      .optional()
      .describe(
        'DNS names and IP addresses under which other machines reach the endpoint; they go into its certificate. `localhost`, the address of `--host` and the name of the machine are always there.',
      ),
    certificate: z
      .string()
      .min(1, { error: 'must not be empty' })
      .optional()
      .describe(
        'A certificate of your own with those between it and its root, as PEM, instead of one by the local authority. Read again when the file changes. Relative to the folder of the pipeline file.',
      ),
    key: z
      .string()
      .min(1, { error: 'must not be empty' })
      .optional()
      .describe('Its private key, as PEM without a passphrase.'),
    region: z
      .string()
      .regex(/^[a-z0-9-]{1,64}$/, { error: 'is not a region; write it as in eu-central-1' })
      .optional()
      .describe('The region that `hozon env` sets. Clients may use any other as well. Default: `us-east-1`.'),
  })
  .describe('How other programs reach the endpoint. [TLS](guides/tls.md) has the details.')

export const pipelineSchema = z
  .strictObject({
    version: z.literal(1).optional().describe('Version of this format: 1.'),
    streams: z
      .record(
        z.string().regex(/^(?!\.{1,2}$)[a-zA-Z0-9_.-]{1,64}$/, {
          error: 'a stream name has 1 to 64 letters, digits, _, . or -',
        }),
        stream,
      )
      .describe('The streams, by name.'),
    functions: functions.optional(),
    catalogs: catalogs.optional(),
    store: store.optional(),
    endpoint: endpoint.optional(),
  })
  .describe('A Hozon pipeline file.')

export type PipelineInput = z.infer<typeof pipelineSchema>
export type StreamInput = z.infer<typeof stream>
export type TailInput = z.infer<typeof tail>

function pathRule(): [(path: string) => boolean, { error: (issue: { input?: unknown }) => string }] {
  return [
    (path) => path !== '' && !path.startsWith('~') && !path.endsWith('/') && !path.includes('\0'),
    {
      error: ({ input }) => {
        const path = String(input)
        if (path === '') return 'must not be empty'
        if (path.startsWith('~')) return '~ is not expanded; write ${HOME}'
        if (path.endsWith('/')) return `names a folder; write ${path}*.log or ${path}**`
        return `is not a path${isAbsolute(path) ? '' : ' or glob'}`
      },
    },
  ]
}

type Rule = [(text: string) => boolean, { error: (issue: { input?: unknown }) => string }]

function sizeRule(): Rule {
  const isWithin = (text: string): boolean => {
    const bytes = parseBytes(text)
    return bytes !== undefined && bytes >= BUFFER_BYTES_MIN && bytes <= BUFFER_BYTES_MAX
  }
  const error = ({ input }: { input?: unknown }): string =>
    parseBytes(String(input)) === undefined
      ? `${JSON.stringify(input)} ${SIZE_FORM}`
      : `${String(input)} is out of range; it may be from 1MiB to 4096MiB`
  return [isWithin, { error }]
}

function intervalRule(): Rule {
  const isWithin = (text: string): boolean => {
    const ms = parseDurationMs(text)
    return ms === 0 || (ms !== undefined && ms >= BUFFER_INTERVAL_MS_MIN && ms <= BUFFER_INTERVAL_MS_MAX)
  }
  const error = ({ input }: { input?: unknown }): string =>
    parseDurationMs(String(input)) === undefined
      ? `${JSON.stringify(input)} ${DURATION_FORM}`
      : `${String(input)} is out of range; it may be 0s or from 1s to 900s`
  return [isWithin, { error }]
}

function isRegex(text: string): boolean {
  return regexProblem({ input: text }) === ''
}

function regexProblem({ input }: { input?: unknown }): string {
  try {
    RegExp(String(input))
    return ''
  } catch (error) {
    const reason = (error as Error).message.replace(/^.*: /s, '').toLowerCase()
    return `is not a regular expression: ${reason}`
  }
}

function hasNamedGroup(text: string): boolean {
  return /\(\?<[A-Za-z_$]/.test(text)
}

/** Without fixed offsets (`+09:00`): Intl takes them, Firehose and Athena do not. */
function isTimezone(name: string): boolean {
  return !/^[+-]/.test(name) && isTimeZone(name)
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}
