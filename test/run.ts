/**
 * Runs test suites by name: `node test/run.ts quick`. One table of suites for package.json and .ci/run.
 * quick needs nothing but Node; each other suite installs what it needs or says in one line what is missing.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'

/** `isolated`: a process per file, for tests that fork, kill and listen. The others share one, which is 30 times faster. */
const SUITES: Record<string, { files: string[]; isolated: boolean; concurrency?: number }> = {
  quick: { files: ['src/**/*.test.ts', 'test/tidy.test.ts'], isolated: false },
  'aws-model': { files: ['test/aws-model/*.test.ts'], isolated: true },
  format: { files: ['test/format/*.test.ts'], isolated: true },
  store: { files: ['test/store/*.test.ts'], isolated: true, concurrency: 1 },
  s3: { files: ['test/s3/*.test.ts'], isolated: true, concurrency: 1 },
  query: { files: ['test/query/*.test.ts'], isolated: true, concurrency: 1 },
  external: { files: ['test/external/*.test.ts'], isolated: true, concurrency: 1 },
  firehose: { files: ['test/firehose/*.test.ts'], isolated: true, concurrency: 1 },
  athena: { files: ['test/athena/*.test.ts'], isolated: true, concurrency: 1 },
  'athena-corpus': { files: ['test/athena-corpus/*.test.ts'], isolated: true },
  trino: { files: ['test/trino/*.test.ts'], isolated: true, concurrency: 1 },
  dbt: { files: ['test/dbt/*.test.ts'], isolated: true },
  glue: { files: ['test/glue/*.test.ts'], isolated: true },
  pyathena: { files: ['test/pyathena/*.test.ts'], isolated: true },
  lambda: { files: ['test/lambda/*.test.ts'], isolated: true, concurrency: 1 },
  cli: { files: ['test/cli/*.test.ts'], isolated: true, concurrency: 1 },
  tls: { files: ['test/tls/*.test.ts'], isolated: true, concurrency: 1 },
  rotation: { files: ['test/rotation/*.test.ts'], isolated: true, concurrency: 1 },
  simulation: { files: ['test/simulation/*.test.ts'], isolated: true },
  databases: { files: ['test/databases/*.test.ts'], isolated: true, concurrency: 1 },
  clients: { files: ['test/clients/*.test.ts'], isolated: true, concurrency: 1 },
  moto: { files: ['test/moto/*.test.ts'], isolated: true },
  'fluent-bit': { files: ['test/fluent-bit/*.test.ts'], isolated: true, concurrency: 1 },
  terraform: { files: ['test/terraform/*.test.ts'], isolated: true },
  fuzz: { files: ['test/fuzz/*.test.ts'], isolated: true, concurrency: 1 },
  crash: { files: ['test/crash/!(*-store).test.ts'], isolated: true, concurrency: 1 },
  'crash-store': { files: ['test/crash/*-store.test.ts'], isolated: true, concurrency: 1 },
  end: { files: ['test/end/*.test.ts'], isolated: true, concurrency: 1 },
}

/** Of a single test, many times what the longest takes: one that waits for ever fails with its name, and cleans up. */
const TEST_HANGS_AFTER_MS = 600_000

const names = process.argv.slice(2)
const chosen = names[0] === 'all' ? Object.keys(SUITES) : names
let failed = false
for (const name of chosen) {
  const suite = SUITES[name]
  if (suite === undefined) {
    console.error(`no suite ${name}; there are ${Object.keys(SUITES).join(', ')}`)
    process.exit(2)
  }
  const files = suite.files.flatMap((pattern) => globSync(pattern)).sort()
  if (files.length === 0) {
    console.error(`suite ${name} has no files: ${suite.files.join(' ')}`)
    process.exit(1)
  }
  const isolation = suite.isolated ? [] : ['--test-isolation=none']
  const concurrency = suite.concurrency === undefined ? [] : [`--test-concurrency=${suite.concurrency}`]
  const reporter = process.env['CI'] === undefined ? [] : ['--test-reporter=spec']
  console.log(`# ${name}: ${files.length} files`)
  const options = [`--test-timeout=${TEST_HANGS_AFTER_MS}`, ...isolation, ...concurrency, ...reporter]
  const run = spawnSync(process.execPath, ['--test', ...options, ...files], { stdio: 'inherit' })
  if (run.status !== 0) failed = true
}
process.exit(failed ? 1 : 0)
