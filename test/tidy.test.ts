/** The rules of the house that a reader can not see in one file: floors, seams, sizes, names. */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, relative, resolve, sep } from 'node:path'
import { test } from 'node:test'

const ROOT = resolve(import.meta.dirname, '..')

/** Imports go down only; rooms on one floor do not import each other. */
const FLOORS: Record<string, number> = {
  base: 0,
  sys: 1,
  telemetry: 2,
  aws: 2,
  buffer: 3,
  store: 3,
  format: 3,
  catalog: 3,
  collect: 5,
  deliver: 5,
  query: 5,
  console: 6,
  services: 6,
  pipeline: 7,
  server: 8,
  cli: 9,
}

/** Only these rooms may name these modules: everything else goes through their seams. */
const SEAMS: { module: RegExp; rooms: string[] }[] = [
  {
    module:
      /^node:(fs|fs\/promises|child_process|net|http|https|tls|timers|timers\/promises|worker_threads)$/,
    rooms: ['sys'],
  },
  { module: /^node:sqlite$/, rooms: ['catalog'] },
  { module: /^@aws-sdk\//, rooms: ['store'] },
  { module: /^@duckdb\//, rooms: ['deliver', 'query'] },
  { module: /^(commander|node:readline|node:readline\/promises)$/, rooms: ['cli'] },
]

/** Time and chance come through sys/. */
const BANNED_CALLS =
  /\b(Date\.now\(|new Date\(\)|Math\.random\(|setTimeout\(|setInterval\(|randomUUID\(|randomBytes\(|performance\.now\()/

const LINES_MAX = 450

const files = globSync('src/**/*.ts', { cwd: ROOT }).map((path) => path.split(sep).join('/'))
/** testing/ folders and behaviour suites are only imported by tests. */
const production = files.filter((path) => !/\.test\.ts$|\/testing\/|behaviour\.ts$/.test(path))
const read = (path: string): string => readFileSync(resolve(ROOT, path), 'utf8')
const roomOf = (path: string): string => /^src\/([a-z]+)/.exec(path)?.[1] ?? ''

interface Import {
  from: string
  specifier: string
}

const imports: Import[] = production.flatMap((from) =>
  [
    ...read(from).matchAll(/^(?:import|export)[^'"]*?from '([^']+)'|import\('([^']+)'\)|^import '([^']+)'/gm),
  ].map((match) => ({
    from,
    specifier: match[1] ?? match[2] ?? match[3] ?? '',
  })),
)

test('every room has a floor', () => {
  const unknown = production.filter((path) => FLOORS[roomOf(path)] === undefined)
  assert.deepEqual(unknown, [])
})

const targetOf = ({ from, specifier }: Import): string =>
  relative(ROOT, resolve(ROOT, dirname(from), specifier))
    .split(sep)
    .join('/')

test('imports go down only', () => {
  const wrong = imports
    .filter(({ specifier }) => specifier.startsWith('.'))
    .filter((each) => {
      const [here, there] = [roomOf(each.from), roomOf(targetOf(each))]
      return here !== there && (FLOORS[there] ?? 99) >= (FLOORS[here] ?? 0)
    })
  assert.deepEqual(wrong, [])
  assert.ok(imports.length > 100, 'the pattern still finds imports')
})

test('an AWS service does not import another: what they share lies beside them', () => {
  const serviceOf = (path: string): string =>
    /^src\/services\/(athena|firehose|glue|s3)\//.exec(path)?.[1] ?? ''
  const wrong = imports
    .filter(({ specifier }) => specifier.startsWith('.'))
    .filter((each) => {
      const there = serviceOf(targetOf(each))
      return there !== '' && serviceOf(each.from) !== '' && there !== serviceOf(each.from)
    })
  assert.deepEqual(wrong, [])
})

test('production code does not import what is for tests', () => {
  const wrong = imports.filter(({ specifier }) => /\/testing\/|behaviour\.ts$|\.test\.ts$/.test(specifier))
  assert.deepEqual(wrong, [])
})

test('modules behind a seam are named in their rooms only', () => {
  const wrong = imports.filter(({ from, specifier }) =>
    SEAMS.some(({ module, rooms }) => module.test(specifier) && !rooms.includes(roomOf(from))),
  )
  assert.deepEqual(wrong, [])
})

test('time and chance come through sys', () => {
  const wrong = production.filter((path) => roomOf(path) !== 'sys' && BANNED_CALLS.test(read(path)))
  assert.deepEqual(wrong, [])
})

test('files can be read once, top to bottom', () => {
  const long = production
    .map((path) => ({ path, lines: read(path).split('\n').length }))
    .filter(({ lines }) => lines > LINES_MAX)
  assert.deepEqual(long, [])
})

test('files are named after a domain word', () => {
  const vague = files.filter((path) =>
    /(^|\/|-)(utils?|helpers?|common|misc|manager|stuff)\b[^/]*\.ts$/.test(path),
  )
  assert.deepEqual(vague, [])
})

test('no test is switched off', () => {
  const tests = globSync('{src,test}/**/*.ts', { cwd: ROOT }).filter((path) => !path.endsWith('tidy.test.ts'))
  const off = tests.filter((path) =>
    /\b(test|it|describe|suite)\.(skip|todo|only)\(|assert\.ok\(true\)|@ts-(ignore|nocheck)/.test(read(path)),
  )
  assert.deepEqual(off, [])
})

test('each dependency has an exact version and its reason in docs/dependencies.md', () => {
  const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>
  const all = { ...manifest['dependencies'], ...manifest['devDependencies'] }
  const loose = Object.entries(all).filter(([, version]) => !/^\d/.test(version))
  assert.deepEqual(loose, [])
  const reasons = existsSync(resolve(ROOT, 'docs/dependencies.md')) ? read('docs/dependencies.md') : ''
  assert.deepEqual(
    Object.keys(all).filter((name) => !reasons.includes(`\`${name}\``)),
    [],
  )
})

test('the lock file names no registry', () => {
  assert.doesNotMatch(read('package-lock.json'), /"resolved": *"http/)
})

test('the guide explains every error code', () => {
  const guide = read('docs/guides/operations.md')
  // Names of environment variables look alike, but are only read.
  const codes = production.flatMap((path) => read(path).match(/(?<!env\[')(?<=')HOZON_[A-Z_]+(?=')/g) ?? [])
  assert.ok(codes.length > 50)
  const unexplained = [...new Set(codes)].filter((code) => !guide.includes(`\`${code}\``))
  assert.deepEqual(unexplained, [])
})
