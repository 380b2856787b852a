/**
 * `node freshness-writer.ts FILE SECONDS MB_PER_SECOND`: appends lines of the application log, each with a number and
 * the time of its write(). Prints the writes: the number of the last line, and when it was written.
 */
import { openSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { applicationLog } from './application-log.ts'

/** As an application that flushes often: a hundred writes a second. */
const WRITE_MS = 10

const [path = '', seconds = '', megabytes = ''] = process.argv.slice(2)
const file = openSync(path, 'a')
const bytesPerMs = (Number(megabytes) * 1e6) / 1000
const writes: [n: number, writtenMs: number][] = []
const lines = linesOf()
const startedMs = Date.now()
let written = 0
let n = 0
for (let nowMs = startedMs; nowMs < startedMs + Number(seconds) * 1000; nowMs = Date.now()) {
  let text = ''
  // Also makes good for a tick that came late.
  for (const due = (nowMs - startedMs) * bytesPerMs; written + text.length < due; n++)
    text += `{"n":${n + 1},"written_ms":${nowMs},${lines.next().value.slice(1)}\n`
  if (text !== '') {
    // The time is taken before the write: waiting for the page cache counts too.
    writes.push([n, Date.now()])
    writeSync(file, text)
    written += text.length
  }
  await sleep(WRITE_MS)
}
console.log(JSON.stringify({ writes, written, seconds: (Date.now() - startedMs) / 1000 }))

function* linesOf(): Generator<string, never> {
  for (const block of applicationLog()) yield* block.toString('latin1').trimEnd().split('\n')
  throw new Error('the application log has no end')
}
