/**
 * A program that never stops writing: numbered lines with checksums, in bursts, into `<dir>/<name>.log`, which it
 * rotates by renaming. Prints how many lines it wrote when it is told to stop (SIGTERM).
 *
 *   node writer.ts DIR NAME LINES_PER_SECOND ROTATE_MS
 */
import { closeSync, openSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { lineOf } from './lines.ts'

const [directory, name, rate, rotateMs] = process.argv.slice(2)
if (directory === undefined || name === undefined)
  throw new Error('usage: writer.ts DIR NAME LINES_PER_SECOND ROTATE_MS')
const path = join(directory, `${name}.log`)

let stopping = false
process.on('SIGTERM', () => (stopping = true))

let next = 0
let generation = 0
let file = openSync(path, 'a')
let rotatedAt = Date.now()
const BURST_MS = 10

while (!stopping) {
  const burst = Math.max(1, Math.round((Number(rate) * BURST_MS) / 1000))
  const lines: string[] = []
  for (let line = 0; line < burst; line++) lines.push(lineOf(name, generation, next++, Date.now()))
  const bytes = Buffer.from(lines.join(''))
  // Two writes that do not end at a line's end: readers see half lines all the time.
  const cut = Math.floor(bytes.length * 0.7)
  writeSync(file, bytes, 0, cut)
  writeSync(file, bytes, cut)
  if (Date.now() - rotatedAt >= Number(rotateMs)) {
    renameSync(path, `${path}.${String(++generation).padStart(6, '0')}`)
    closeSync(file)
    file = openSync(path, 'a')
    rotatedAt = Date.now()
  }
  await delay(BURST_MS)
}
process.stdout.write(`${next}\n`)
