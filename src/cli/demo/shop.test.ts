import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { realFiles } from '../../sys/real-files.ts'
import type { Random, Sys } from '../../sys/sys.ts'
import { RotatingFile } from './rotating-file.ts'
import { runShop } from './shop.ts'
import { makeVisitors } from './visitors.ts'

/** mulberry32 */
function seeded(seed: number): Random {
  let state = seed
  const float = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    float,
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => Math.floor(float() * 256))),
  }
}

function temporary(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'hozon-demo-'))
  t.after(() => rmSync(directory, { recursive: true }))
  return directory
}

test('visits leave lines of three kinds, with orders and errors among them', () => {
  const visitors = makeVisitors(seeded(1))
  const seen = { purchase: 0, error: 0, events: 0 }
  for (let count = 0; count < 3000; count++) {
    const { access, app, events } = visitors.next(Date.UTC(2026, 10, 23, 2, 3, 4) + count)
    assert.match(
      access,
      /^[\d.]+ - - \[23\/Nov\/2026:02:03:0\d \+0000\] "(GET|POST) \/\S* HTTP\/1\.1" \d{3} \d+ "-" "[^"]+"\n$/,
    )
    const line = JSON.parse(app) as { level: string; time: string }
    assert.match(line.time, /^2026-11-23T02:03:0\d\.\d{3}Z$/)
    if (line.level === 'error') seen.error++
    if (events !== '') seen.events++
    if (events.includes('"event":"purchase"')) seen.purchase++
  }
  assert.ok(seen.purchase > 10 && seen.error > 5 && seen.events > 1000, JSON.stringify(seen))
})

test('the shop writes until it is told to stop', async (t) => {
  const directory = join(temporary(t), 'new', 'folder')
  const stop = new AbortController()
  let ticks = 0
  const clock = {
    now: () => Date.UTC(2026, 10, 23),
    monotonic: () => 0,
    sleep: async () => {
      if (++ticks === 20) stop.abort()
    },
  }
  const sys = { clock, random: seeded(2), files: realFiles } as unknown as Sys
  await runShop(sys, { directory, visitsPerSecond: 100, signal: stop.signal })
  const lines = readFileSync(join(directory, 'access.log'), 'utf8').split('\n').length - 1
  assert.ok(lines > 150 && lines < 250, `${lines} lines`)
})

test('a log file goes on after a restart, and rotates', async (t) => {
  const directory = temporary(t)
  const half = 'x'.repeat(2 * 1024 * 1024 - 1)
  // Each time as a new process would: the size is read from the file.
  for (let count = 0; count < 9; count++) {
    const file = new RotatingFile(realFiles, directory, 'a.log')
    await file.append(`${half}\n`)
    await file.close()
  }
  const sizes = readdirSync(directory).map(
    (name) => `${name} ${statSync(join(directory, name)).size / half.length > 1.5}`,
  )
  assert.deepEqual(sizes.sort(), ['a.log false', 'a.log.1 true', 'a.log.2 true', 'a.log.3 true'])
})
