import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { HozonError } from '../base/errors.ts'
import type { StatusReport } from '../console/server-api.ts'
import { fakeContext, type FakeContext } from './fake-context.ts'
import { version } from './command.ts'
import { runCli } from './run-cli.ts'

async function run(
  args: string[],
  context: FakeContext = fakeContext(),
): Promise<{ code: number; stdout: string; stderr: string }> {
  const code = await runCli(args, context)
  return { code, ...context.text() }
}

function temporary(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'hozon-cli-'))
  t.after(() => rmSync(directory, { recursive: true }))
  return directory
}

const COMMANDS = [
  ['up'],
  ['check'],
  ['sql'],
  ['status'],
  ['flush'],
  ['audit'],
  ['catalog', 'rebuild'],
  ['tail'],
  ['keys', 'create'],
  ['keys', 'list'],
  ['keys', 'revoke'],
  ['env'],
  ['demo'],
]

test('--version', async () => {
  assert.match(version(), /^\d+\.\d+\.\d+$/)
  assert.deepEqual(await run(['--version']), { code: 0, stdout: `${version()}\n`, stderr: '' })
})

test('every command has help with an example', async () => {
  for (const command of COMMANDS) {
    const { code, stdout, stderr } = await run([...command, '--help'])
    assert.equal(code, 0)
    assert.equal(stderr, '')
    assert.match(stdout, new RegExp(`Examples?:\\n  \\$ hozon ${command.join(' ')}`), command.join(' '))
  }
})

test('wrong usage is one line with the next step, and exit code 2', async () => {
  const cases: [string[], string][] = [
    [['chek'], "hozon: unknown command 'chek'; did you mean check? See `hozon --help`\n"],
    [['up', '--prot', '1'], "hozon: unknown option '--prot'; did you mean --port? See `hozon up --help`\n"],
    [
      ['up', 'a', 'b'],
      "hozon: too many arguments for 'up'. Expected 1 argument but got 2: a, b.; see `hozon up --help`\n",
    ],
    [['tail'], "hozon: missing required argument 'stream'; see `hozon tail --help`\n"],
    [['status', '--data'], "hozon: option '--data <dir>' argument missing; see `hozon status --help`\n"],
  ]
  for (const [args, stderr] of cases) {
    const result = await run(args)
    assert.deepEqual([result.code, result.stdout], [2, ''], args.join(' '))
    assert.equal(result.stderr.replace(/ .: a, b\./, ''), stderr.replace(/ .: a, b\./, ''))
  }
  for (const args of [
    ['up', '--port', '65536'],
    ['up', '--port', 'x'],
    ['sql', '--format', 'xml'],
    ['sql', '--rows', '0'],
  ]) {
    const { code, stderr } = await run(args)
    assert.equal(code, 2, args.join(' '))
    assert.equal(stderr.trimEnd().split('\n').length, 1, stderr)
  }
  assert.equal((await run([])).code, 2)
})

test("the world's faults are one line and exit code 1, control characters made visible", async () => {
  const details = { op: 'find server', target: '/x\u001b[2J\n', hint: 'start one' }
  const connect = async (): Promise<never> => {
    throw new HozonError('HOZON_SERVER_NONE', 'no server', details)
  }
  const { code, stdout, stderr } = await run(['status'], fakeContext({ connect }))
  assert.deepEqual([code, stdout], [1, ''])
  assert.equal(stderr, 'hozon: find server /x\\u001b[2J\\n: no server; start one\n')
})

test('--data is resolved from where the command runs', async () => {
  const asked: string[] = []
  const connect = async (directory: string): Promise<never> => {
    asked.push(directory)
    throw new HozonError('X', 'x', { op: 'x' })
  }
  await run(['status'], fakeContext({ connect, cwd: '/home/me' }))
  await run(['status', '--data', '../d'], fakeContext({ connect, cwd: '/home/me' }))
  assert.deepEqual(asked, ['/home/me/hozon-data', '/home/d'])
})

test('check: problems go to stderr with the place as the user wrote it', async (t) => {
  const cwd = temporary(t)
  writeFileSync(join(cwd, 'bad.yaml'), 'streams:\n  web: {tabel: x}\n')
  const { code, stdout, stderr } = await run(['check', 'bad.yaml'], fakeContext({ cwd }))
  assert.deepEqual([code, stdout], [1, ''])
  assert.deepEqual(stderr.split('\n'), [
    'bad.yaml:2:9: streams.web.tabel: unknown key; did you mean table?',
    'hozon: 1 problem in bad.yaml; correct it and run `hozon check bad.yaml`',
    '',
  ])
})

test('check: a missing file is exit code 1 with the next step', async () => {
  const { code, stderr } = await run(['check'])
  assert.equal(code, 1)
  assert.equal(
    stderr,
    'hozon: read /nowhere/hozon.yaml: no such file; name the pipeline file, as in `hozon up my-pipeline.yaml`\n',
  )
})

test('check: shows where a line of now would go', async (t) => {
  const cwd = temporary(t)
  const now = {
    ...fakeContext().sys,
    clock: { ...fakeContext().sys.clock, now: () => Date.UTC(2026, 10, 23, 20) },
  }
  writeFileSync(join(cwd, 'hozon.yaml'), 'streams: {web: {deliver: {timezone: Asia/Tokyo}}}\n')
  const { code, stdout } = await run(['check'], fakeContext({ cwd, sys: now }))
  assert.equal(code, 0)
  assert.match(stdout, /^hozon\.yaml is valid$/m)
  assert.match(stdout, /^ {2}to {8}s3:\/\/logs\/web\/dt=2026-11-24\/hour=05\/ /m)
  assert.match(stdout, /^ {2}table {5}logs\.web, partitioned by dt, hour$/m)
  assert.match(
    stdout,
    /^ {2}rejected {2}s3:\/\/logs\/errors\/web\/processing-failed\/, table logs\.web_errors$/m,
  )
})

const STATUS: StatusReport = {
  streams: [
    {
      name: 'web',
      receivedRecords: 1234,
      receivedBytes: 5678,
      bufferedRecords: 10,
      bufferedBytes: 100,
      deliveredRecords: 1224,
      deliveredObjects: 3,
      rejectedRecords: 1,
      lateRecords: 0,
      oldestBufferedSeconds: 61.5,
      newestEventTime: '2026-11-23T01:02:03.000Z',
      files: [{ path: '/a\nb.log', offset: 5678, size: 6000, state: 'reading', cutLines: 0 }],
      metrics: { IncomingRecords: 7 },
    },
  ],
  problems: ['web: the disk is full'],
}

test('status --format json has the documented keys in their order, and nothing else', async () => {
  const context = fakeContext({ client: { status: async () => STATUS } })
  const { stdout } = await run(['status', '--format', 'json'], context)
  assert.equal(stdout, `${JSON.stringify({ streams: STATUS.streams })}\n`)
})

test('status for people', async () => {
  const { stdout } = await run(['status'], fakeContext({ client: { status: async () => STATUS } }))
  assert.equal(
    stdout,
    `stream  received  buffered  delivered  objects  rejected  late      lag  newest event
web        1,234        10      1,224        3         1     0  1 m 1 s  2026-11-23T01:02:03.000Z

file           read        of  state
/a\\nb.log  5.54 KiB  5.86 KiB  reading

! web: the disk is full
`,
  )
})

test('audit: exit code 1 and the gaps if the promise does not hold', async () => {
  const stream = {
    name: 'web',
    objects: 1,
    bytes: 10,
    records: 5,
    sources: 1,
    problems: ['bytes 5 to 9 of /a are nowhere'],
  }
  const context = fakeContext({ client: { audit: async () => ({ holds: false, streams: [stream] }) } })
  const { code, stdout } = await run(['audit'], context)
  assert.equal(code, 1)
  assert.match(stdout, /bytes 5 to 9 of \/a are nowhere/)
})

test('tail prints lines, marks rejected ones, and says what it left out', async () => {
  const client = {
    async *tail() {
      yield { line: 'a\u001b[31m' }
      yield { line: 'b', rejected: 'not JSON' }
      yield { dropped: 1200 }
    },
  }
  const piped = await run(['tail', 'web'], fakeContext({ client }))
  assert.equal(piped.stdout, 'a\u001b[31m\n[rejected: not JSON] b\n')
  assert.match(piped.stderr, /1,200 lines not shown/)
  const shown = await run(['tail', 'web'], fakeContext({ client, terminal: 80 }))
  assert.ok(shown.stdout.startsWith('a\\u001b[31m\n'))
})

test('sql runs each statement of standard input and cancels on Ctrl-C', async () => {
  const asked: string[] = []
  const client = {
    async sql(query: string, options?: { signal?: AbortSignal }) {
      asked.push(query.trim())
      if (query.includes('slow')) {
        context.signal('SIGINT')
        assert.equal(options?.signal?.aborted, true)
        context.signal('SIGINT')
      }
      return {
        columns: [{ name: 'a', type: 'bigint' }],
        rows: [['1']],
        truncated: true,
        stats: { scannedBytes: 0, objects: 0, segments: 0, planMs: 0, runMs: 0 },
      }
    },
  }
  const context = fakeContext({ client, input: "SELECT ';'; -- ;\nSELECT 2;\nSELECT slow" })
  const { code, stdout, stderr } = await run(['sql'], context)
  assert.equal(code, 0)
  assert.deepEqual(asked, ["SELECT ';'", '-- ;\nSELECT 2', 'SELECT slow'])
  assert.equal(stdout, '{"a":1}\n'.repeat(3))
  assert.match(stderr, /the result was cut after 1 rows/)
  assert.deepEqual(context.exits, [130])
})
