/**
 * A child learns of its parent's death from the closed channel, unless its only thread is busy for ever with code that
 * is not ours. So a second thread looks, and ends the process the hard way.
 */
import { Worker } from 'node:worker_threads'

/** How long an abandoned process may go on. */
const LOOK_MS = 1000

const WATCH = `
const { workerData } = require('node:worker_threads')
setInterval(() => {
  if (process.ppid !== workerData.parent) process.kill(process.pid, 'SIGKILL')
}, workerData.lookMs)
`

export function endWithParent(): void {
  const workerData = { parent: process.ppid, lookMs: LOOK_MS }
  new Worker(WATCH, { eval: true, workerData }).unref()
}
