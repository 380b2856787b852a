import assert from 'node:assert/strict'
import { isUtf8 } from 'node:buffer'
import { test } from 'node:test'
import fc from 'fast-check'
import { HozonError } from '../../base/errors.ts'
import type { FieldType, ParseConfig } from '../../base/stream.ts'
import type { Parser } from './parser.ts'
import { makeParser } from './registry.ts'

const OPTIONS = { timezone: 'UTC', now: () => Date.UTC(2026, 10, 23) }

const parserOf = (config: ParseConfig, timezone = 'UTC'): Parser =>
  makeParser(config, 'json', { ...OPTIONS, timezone })

function parseText(config: ParseConfig, text: string, timezone = 'UTC'): string {
  const parsed = parserOf(config, timezone)
    .parseBlock(Buffer.from(`${text}\n`))
    .toString()
  assert.ok(parsed.endsWith('\n'))
  return parsed.slice(0, -1)
}

const fields = (config: ParseConfig, text: string, timezone?: string): unknown =>
  JSON.parse(parseText(config, text, timezone))

function rejection(config: ParseConfig, text: string): string {
  const [before, reason, line] = parseText(config, text).split('\x15')
  assert.equal(before, '')
  assert.equal(line, text)
  return reason!
}

const NGINX = { kind: 'nginx' } as const
const APACHE = { kind: 'apache' } as const
const LOGFMT = { kind: 'logfmt' } as const
const SYSLOG = { kind: 'syslog' } as const
const NONE = { kind: 'none' } as const

const regex = (text: string, types: Record<string, FieldType> = {}): ParseConfig => ({
  kind: 'regex',
  regex: text,
  types,
})

test('raw and json pass blocks through; a cut json line is rejected with its length', () => {
  const block = Buffer.from('{"a":1}\nnot json\n')
  assert.equal(makeParser(NGINX, 'raw', OPTIONS).parseBlock(block), block)
  const json = parserOf({ kind: 'json' })
  assert.ok(json.passthrough)
  assert.equal(json.parseBlock(block), block)
  const cut = json.parseCut(Buffer.from('{"a":"xx'), 100).toString()
  assert.equal(cut, '\x15line of 100 bytes was cut at 8 bytes\x15{"a":"xx\n')
})

test('none: the line as a message, escaped, without the carriage return', () => {
  assert.equal(parseText(NONE, 'a "b" \\c\td\u0001é日\r'), '{"message":"a \\"b\\" \\\\c\\td\\u0001é日"}')
  assert.equal(parseText(NONE, ''), '{"message":""}')
  const cut = parserOf(NONE).parseCut(Buffer.from('abc'), 99).toString()
  assert.equal(cut, '{"message":"abc","_cut":99}\n')
})

test('none: bytes that are not UTF-8 are kept exactly', () => {
  const line = Buffer.from([0x61, 0xff, 0x62, 0x0d, 0x0a])
  const parsed = JSON.parse(parserOf(NONE).parseBlock(line).toString()) as Record<string, string>
  assert.equal(parsed['message'], 'a\ufffdb')
  assert.deepEqual(Buffer.from(parsed['message_base64']!, 'base64'), line.subarray(0, 4))
})

const COMBINED =
  '203.0.113.7 - bob [23/Nov/2026:10:05:03 +0900] "GET /a?b=c HTTP/1.1" 200 1234 "https://x.test/" "curl/8.0"'

test('nginx: combined', () => {
  assert.deepEqual(fields(NGINX, COMBINED), {
    remote: '203.0.113.7',
    user: 'bob',
    time: '2026-11-23T01:05:03Z',
    method: 'GET',
    path: '/a?b=c',
    protocol: 'HTTP/1.1',
    code: 200,
    size: 1234,
    referer: 'https://x.test/',
    agent: 'curl/8.0',
  })
})

test('apache: the same line under Apache’s names; common; vhost_combined', () => {
  const { remote, ...rest } = fields(NGINX, COMBINED) as Record<string, unknown>
  assert.deepEqual(fields(APACHE, COMBINED), { host: remote, ...rest })
  assert.deepEqual(fields(APACHE, '::1 id - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 304 -'), {
    host: '::1',
    ident: 'id',
    time: '2000-10-10T20:55:36Z',
    method: 'GET',
    path: '/',
    protocol: 'HTTP/1.0',
    code: 304,
  })
  const withHost = fields(APACHE, `example.com:443 ${COMBINED}`) as Record<string, unknown>
  assert.equal(withHost['vhost'], 'example.com:443')
  assert.equal(withHost['host'], '203.0.113.7')
})

const REQUESTS: [request: string, expected: Record<string, string>][] = [
  ['-', { request: '-' }],
  ['', { request: '' }],
  ['\\x16\\x03\\x01\\x00\\xEE', { request: '\\x16\\x03\\x01\\x00\\xEE' }],
  ['GET /', { method: 'GET', path: '/' }],
  ['GET HTTP/1.1', { method: 'GET', path: 'HTTP/1.1' }],
  ['GET /a b c HTTP/2.0', { method: 'GET', path: '/a b c', protocol: 'HTTP/2.0' }],
  ['GET /a\\"b\\" HTTP/1.1', { method: 'GET', path: '/a\\"b\\"', protocol: 'HTTP/1.1' }],
  ['GET /a"b" HTTP/1.1', { method: 'GET', path: '/a"b"', protocol: 'HTTP/1.1' }],
  ['GET /a\\" 200 HTTP/1.1', { method: 'GET', path: '/a\\" 200', protocol: 'HTTP/1.1' }],
  ['get / HTTP/1.1', { request: 'get / HTTP/1.1' }],
  ['M-SEARCH * HTTP/1.1', { method: 'M-SEARCH', path: '*', protocol: 'HTTP/1.1' }],
  ['GET', { request: 'GET' }],
]

test('request lines of every kind parse, what is no HTTP whole', () => {
  for (const [request, expected] of REQUESTS) {
    const line = `1.2.3.4 - - [23/Nov/2026:01:05:03 +0000] "${request}" 400 0 "-" "-"`
    const base = { remote: '1.2.3.4', time: '2026-11-23T01:05:03Z', code: 400, size: 0 }
    assert.deepEqual(fields(NGINX, line), { ...base, ...expected }, request)
  }
})

test('access logs: fields after the agent, a cut agent, odd users and statuses', () => {
  const rest = fields(NGINX, `${COMBINED} "10.0.0.1, 10.0.0.2" 0.005`) as Record<string, unknown>
  assert.equal(rest['rest'], '"10.0.0.1, 10.0.0.2" 0.005')
  const cut = fields(NGINX, COMBINED.slice(0, -5)) as Record<string, unknown>
  assert.equal(cut['agent'], 'curl')
  const user = fields(NGINX, '1.2.3.4 - john [x] doe [23/Nov/2026:01:05:03 +0000] "-" 000 -') as Record<
    string,
    unknown
  >
  assert.equal(user['user'], 'john [x] doe')
  assert.equal(user['code'], 0)
  assert.equal(user['size'], undefined)
})

test('access logs: lines of another form are rejected whole, with the reason; blank lines stay blank', () => {
  assert.equal(rejection(NGINX, 'plain text'), 'no [time] in an access log line')
  assert.equal(
    rejection(NGINX, 'a [23/Nov/2026:01:05:03 +0000] "-" 200 1'),
    'no client, identity and user before the [time]',
  )
  assert.equal(rejection(NGINX, '1 - - [23/Nov/2026:01:05:03'), 'the [time] is not closed')
  assert.equal(rejection(NGINX, '1 - - [23/Nov/2026:01:05:03 +0000] x'), 'no "request" after the [time]')
  assert.equal(
    rejection(NGINX, '1 - - [23/Nov/2026:01:05:03 +0000] "GET / H'),
    'no status after the "request"',
  )
  assert.equal(parseText(NGINX, ''), '')
})

test('a time that is none stays as it is written', () => {
  const parsed = fields(NGINX, '1 - - [99/Nov/2026:01:05:03 +0000] "-" 200 1') as Record<string, unknown>
  assert.equal(parsed['time'], '99/Nov/2026:01:05:03 +0000')
})

test('logfmt: quotes, escapes, bare keys, numbers, duplicates', () => {
  assert.equal(
    parseText(
      LOGFMT,
      'level=info msg="a \\"b\\"\\n\\q" took=12.50 id=007 n=-5 ok=true cached e= a=1 a=2 u="\\u00e9"',
    ),
    '{"level":"info","msg":"a \\"b\\"\\n\\\\q","took":12.50,"id":"007","n":-5,"ok":true,"cached":true,"e":"","a":1,"a_2":2,"u":"\\u00e9"}',
  )
  assert.deepEqual(fields(LOGFMT, 'x="5" y=1e5 z=12345678901234567890 half="\\ud83d"'), {
    x: '5',
    y: '1e5',
    z: '12345678901234567890',
    half: '\\ud83d',
  })
})

test('logfmt: names of duplicates are never taken twice', () => {
  assert.equal(parseText(LOGFMT, 'a_2=0 a=1 a=2 a=3 a_2=4'), '{"a_2":0,"a":1,"a_3":2,"a_4":3,"a_2_2":4}')
})

test('logfmt: what is none is rejected', () => {
  assert.equal(rejection(LOGFMT, 'just some prose'), 'no key=value pair')
  assert.equal(rejection(LOGFMT, 'a=1 =2'), 'a value without a key at byte 5')
  assert.equal(rejection(LOGFMT, 'a="b'), 'a quote is not closed at byte 3')
})

test('syslog: RFC 3164, with and without PRI, host, program and pid', () => {
  assert.deepEqual(fields(SYSLOG, "<34>Oct 11 22:14:15 mymachine su[230]: 'su root' failed"), {
    pri: 34,
    time: '2026-10-11T22:14:15Z',
    host: 'mymachine',
    ident: 'su',
    pid: 230,
    message: "'su root' failed",
  })
  assert.deepEqual(fields(SYSLOG, 'Dec  1 00:00:00 h kernel: [0.1] x: y'), {
    time: '2025-12-01T00:00:00Z',
    host: 'h',
    ident: 'kernel',
    message: '[0.1] x: y',
  })
  assert.deepEqual(fields(SYSLOG, 'Oct 11 22:14:15 h last message repeated 2 times'), {
    time: '2026-10-11T22:14:15Z',
    host: 'h',
    message: 'last message repeated 2 times',
  })
  assert.deepEqual(fields(SYSLOG, 'Oct 11 22:14:15 su(pam_unix)[7]: local'), {
    time: '2026-10-11T22:14:15Z',
    ident: 'su(pam_unix)',
    pid: 7,
    message: 'local',
  })
  const tokyo = fields(SYSLOG, 'Oct 11 08:00:00 h a: b', 'Asia/Tokyo') as Record<string, unknown>
  assert.equal(tokyo['time'], '2026-10-10T23:00:00Z')
})

test('syslog: ISO times keep their digits', () => {
  assert.deepEqual(fields(SYSLOG, '2026-11-23T01:02:03.123456+09:00 h sshd[1]: hi'), {
    time: '2026-11-22T16:02:03.123456Z',
    host: 'h',
    ident: 'sshd',
    pid: 1,
    message: 'hi',
  })
})

test('syslog: RFC 5424', () => {
  const line =
    '<165>1 2003-10-11T22:14:15.003Z host.example.com evntslog a-7 ID47 [x@32473 iut="3" s="a\\"b\\]\\\\\\n" iut="4"][y] \ufeffAn event'
  assert.deepEqual(fields(SYSLOG, line), {
    pri: 165,
    time: '2003-10-11T22:14:15.003Z',
    host: 'host.example.com',
    ident: 'evntslog',
    pid: 'a-7',
    msgid: 'ID47',
    extradata: { 'x@32473': { iut: '3', s: 'a"b]\\\\n', iut_2: '4' }, y: {} },
    message: 'An event',
  })
  assert.deepEqual(fields(SYSLOG, '1 - - - - - -'), {})
  assert.deepEqual(fields(SYSLOG, '1 2026-11-23T01:02:03Z h app 12 - - text'), {
    time: '2026-11-23T01:02:03Z',
    host: 'h',
    ident: 'app',
    pid: 12,
    message: 'text',
  })
})

test('syslog: what is none is rejected', () => {
  assert.equal(rejection(SYSLOG, 'garbage in'), 'no syslog time at the beginning')
  assert.equal(rejection(SYSLOG, '<13>1 2003-10-11T22:14:15Z h a p'), 'an RFC 5424 line with too few fields')
  assert.equal(
    rejection(SYSLOG, '<13>1 2003-10-11T22:14:15Z h a p m [x'),
    'structured data that RFC 5424 does not allow',
  )
})

test('regex: named groups with types; what does not fit its type stays text', () => {
  const config = regex('^(?<time>\\S+) (?<n>\\S+) (?<f>\\S+) (?<b>\\S+)(?: (?<opt>x))?$', {
    n: 'integer',
    f: 'float',
    b: 'boolean',
  })
  assert.equal(
    parseText(config, '2026-11-23T01:02:03,5Z 0012 1.50 TRUE'),
    '{"time":"2026-11-23T01:02:03.5Z","n":12,"f":1.50,"b":true}',
  )
  assert.equal(parseText(config, 'x - 1e3 1 x'), '{"time":"x","n":"-","f":1000,"b":"1","opt":"x"}')
  assert.equal(rejection(config, 'nope'), 'the regex does not match')
})

test('regex: Onigmo as in Fluent Bit configurations', () => {
  const config = regex('/\\A(?<level>[[:upper:]]++) (?>(?<user-agent>\\h+|[\\h-]+)) (?<m>.*)\\z/i')
  assert.deepEqual(fields(config, 'INFO beef rest of it'), {
    level: 'INFO',
    'user-agent': 'beef',
    m: 'rest of it',
  })
  const extended = regex('/(?<a>\\d+) # number\n \\s (?<b>[ x]+)/x')
  assert.deepEqual(fields(extended, '12  x'), { a: '12', b: ' x' })
})

test('regex: nested repetitions end in linear time (this test would run for hours)', () => {
  const config = regex('^(?<x>(?:a+)+)$')
  assert.equal(rejection(config, `${'a'.repeat(50)}b`), 'the regex does not match')
  assert.deepEqual(fields(config, 'aaa'), { x: 'aaa' })
})

test('regex: groups may have any name', () => {
  assert.equal(
    parseText(regex('(?<constructor>a)(?<__proto__>b)'), 'ab'),
    '{"constructor":"a","__proto__":"b"}',
  )
})

test('regex: what can not work is said at once, with a hint', () => {
  const isRegexError = (error: unknown): boolean =>
    error instanceof HozonError && error.code === 'HOZON_PARSE_REGEX' && error.hint !== undefined
  assert.throws(() => parserOf(regex('(?<a>')), isRegexError)
  assert.throws(() => parserOf(regex('\\d+')), isRegexError)
  assert.throws(() => parserOf(regex('(?<a>x)', { b: 'integer' })), isRegexError)
})

test('regex: long lines are rejected, not tried', () => {
  assert.match(
    rejection(regex('(?<a>x)'), 'x'.repeat(70_000)),
    /^line of 70000 bytes is too long for a regex/,
  )
})

const ALL: ParseConfig[] = [NONE, NGINX, APACHE, LOGFMT, SYSLOG, regex('(?<a>\\w+) (?<b>.*)')]

test('bytes that are not UTF-8: the field is repaired and the line is kept exactly', () => {
  const bad = Buffer.from(COMBINED.replace('curl', 'c\u00e9'), 'latin1')
  const parsed = JSON.parse(
    parserOf(NGINX)
      .parseBlock(Buffer.concat([bad, Buffer.from('\r\n')]))
      .toString(),
  ) as Record<string, string>
  assert.equal(parsed['agent'], 'c\ufffd/8.0')
  assert.equal(parsed['line_base64'], Buffer.concat([bad, Buffer.from('\r')]).toString('base64'))
})

test('a cut line is rejected by every parser but none', () => {
  for (const config of ALL.slice(1)) {
    const cut = parserOf(config).parseCut(Buffer.from('half'), 1000).toString()
    assert.equal(cut, '\x15line of 1000 bytes was cut at 4 bytes\x15half\n', config.kind)
  }
})

/** Pieces that look enough like logs to get past the first checks. */
const PIECES = [
  '"', '\\', ' ', '[', ']', '=', '-', ':', '<34>', '1 ', 'Oct 11 22:14:15', '2026-11-23T01:02:03Z', 'GET /', 'a', 'é',
  '[23/Nov/2026:01:05:03 +0000] ', ' "', '" ', '200', '\r', '\x15', '\x00', 'a="', 'HTTP/1.1', '1.2.3.4 - - ',
] // prettier-ignore

const logBytes = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 20 }).map((pieces) => Buffer.from(pieces.join(''))),
)

const oneLine = (bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(bytes.map((byte) => (byte === 0x0a ? 0x20 : byte))), Buffer.from('\n')])

test('any bytes: as many lines come out as go in, each JSON, rejected with its bytes, or blank', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ALL), fc.array(logBytes, { maxLength: 6 }), (config, blobs) => {
      const lines = blobs.map(oneLine)
      const parsed = parserOf(config).parseBlock(Buffer.concat(lines))
      let start = 0
      for (const line of lines) {
        const end = parsed.indexOf(0x0a, start)
        checkLine(parsed.subarray(start, end), line.subarray(0, -1))
        start = end + 1
      }
      assert.equal(start, parsed.length)
    }),
    { numRuns: 1000 },
  )
})

function checkLine(parsed: Buffer, line: Buffer): void {
  if (parsed[0] === 0x15) {
    assert.ok(parsed.subarray(parsed.indexOf(0x15, 1) + 1).equals(line))
  } else if (parsed.length === 0) {
    assert.ok(line.length === 0 || line.equals(Buffer.from('\r')))
  } else {
    const object = JSON.parse(parsed.toString()) as Record<string, string>
    const exact = object['line_base64'] ?? object['message_base64']
    assert.equal(exact === undefined, isUtf8(line))
    if (exact !== undefined) assert.ok(Buffer.from(exact, 'base64').equals(line))
  }
}

test('blocks may be split between any two lines', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ALL),
      fc.array(logBytes, { maxLength: 4 }),
      fc.array(logBytes, { maxLength: 4 }),
      (config, first, second) => {
        const a = Buffer.concat(first.map(oneLine))
        const b = Buffer.concat(second.map(oneLine))
        const whole = parserOf(config).parseBlock(Buffer.concat([a, b]))
        const one = parserOf(config)
        assert.ok(whole.equals(Buffer.concat([one.parseBlock(a), one.parseBlock(b)])))
      },
    ),
    { numRuns: 300 },
  )
})
