/**
 * Every test/fixtures/pipeline/*.yaml gives exactly the lines of its .txt: its problems, or `ok`. After a wanted change:
 * `UPDATE_GOLDEN=1 node --test src/pipeline/golden.test.ts`, and read the difference.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { parsePipeline } from './load-pipeline.ts'
import { formatProblem } from './problem.ts'

const FOLDER = resolve(import.meta.dirname, '../../test/fixtures/pipeline')
const ENV = { LOG_DIR: '/var/log/shop', EMPTY: '', PATH_STYLE: 'true', FORMAT: 'parket' }

const names = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'))

test('there are pipeline files to try', () => assert.ok(names.length > 10))

for (const name of names) {
  test(`problems of ${name}`, () => {
    const text = readFileSync(join(FOLDER, name), 'utf8')
    const { problems } = parsePipeline(name, text, { env: ENV, dataDirectory: '/data' })
    const found = `${problems?.map(formatProblem).join('\n') ?? 'ok'}\n`
    const golden = join(FOLDER, name.replace(/yaml$/, 'txt'))
    if (process.env['UPDATE_GOLDEN'] !== undefined) writeFileSync(golden, found)
    assert.equal(found, readFileSync(golden, 'utf8'))
  })
}
