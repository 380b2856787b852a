/**
 * Promises 1, 2 and 4 under SIGKILL: writers that never stop and rotate their files, Hozon killed at random moments a
 * hundred times while it tails, delivers and starts; afterwards every line is there exactly once, in order, whole.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { hozonUp } from '../hozon-process.ts'
import { checkEverything } from './check.ts'
import { startWriters } from './writers.ts'

const KILLS = Number(process.env['HOZON_TEST_KILLS'] ?? 100)
const SEED = Number(process.env['HOZON_TEST_SEED'] ?? Math.floor(Math.random() * 1e9))

test(`every line exactly once through ${KILLS} kills (HOZON_TEST_SEED=${SEED})`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hozon-kill-'))
  const data = join(folder, 'data')
  const file = join(folder, 'hozon.yaml')
  const random = seeded(SEED)
  writeFileSync(file, pipeline(folder))
  // What was rotated away before Hozon ever looked at the folder is not its to read; so it looks first.
  const first = hozonUp(file, data)
  await first.ready
  const writers = startWriters(folder, [
    { name: 'fast', linesPerSecond: 5000, rotateMs: 200 },
    { name: 'slow', linesPerSecond: 300, rotateMs: 1700 },
  ])
  for (let kill = 0; kill < KILLS; kill++) {
    const server = kill === 0 ? first : hozonUp(file, data)
    await delay(50 + random() * 1450)
    await server.kill()
  }
  const written = await writers.stop()
  const server = hozonUp(file, data)
  await server.ready
  await checkEverything(data, 'lines', written)
  assert.equal(await server.stop(), 0)
  rmSync(folder, { recursive: true })
})

function pipeline(folder: string): string {
  return `version: 1
streams:
  lines:
    collect:
      - tail: {paths: [${folder}/*.log]}
    deliver:
      bucket: logs
      buffer: {size: 1MiB, interval: 1s}
    table: logs.lines
`
}

function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
