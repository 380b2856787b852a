/**
 * A program that writes numbered lines in two half writes per burst and rotates as it is told; a process of its own,
 * so that it races with the reader as real writers do. Prints how many lines it wrote.
 *
 *   node writer.ts '{"path":…,"lines":…,"rate":…,"rotateMs":…,"kind":…,"keep":…}'
 */
import {
  closeSync,
  copyFileSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'

export interface WriterTask {
  path: string
  lines: number
  /** Lines per second. */
  rate: number
  rotateMs: number
  /**
   * rename: file -> file.N, new file · empty: twice in a row, so that a generation is empty · copytruncate ·
   * kubelet: rename, and the rotation before is compressed, only `keep` are kept
   */
  kind: 'rename' | 'empty' | 'copytruncate' | 'kubelet'
  /** Older rotations are deleted. */
  keep: number
}

const BURST_MS = 5

async function write({ path, lines, rate, rotateMs, kind, keep }: WriterTask): Promise<void> {
  let file = openSync(path, 'a')
  let rotations: string[] = []
  let rotatedAtMs = Date.now()
  let next = 0
  const startedAtMs = Date.now()
  let count = 0

  const renamed = (): void => {
    const to = `${path}.${String(++count).padStart(5, '0')}`
    renameSync(path, to)
    closeSync(file)
    file = openSync(path, 'a')
    rotations.push(to)
  }
  const compressed = (): void => {
    const previous = rotations.at(-2)
    if (previous === undefined || previous.endsWith('.gz')) return
    writeFileSync(`${previous}.gz`, gzipSync(readFileSync(previous)))
    rmSync(previous)
    rotations = rotations.map((each) => (each === previous ? `${previous}.gz` : each))
  }
  const rotate = {
    rename: renamed,
    empty: () => (renamed(), renamed()),
    kubelet: () => (renamed(), compressed()),
    copytruncate: () => {
      const to = `${path}.${String(++count).padStart(5, '0')}`
      copyFileSync(path, to)
      truncateSync(path, 0)
      rotations.push(to)
    },
  }

  while (next < lines) {
    const due = Math.min(lines, Math.ceil(((Date.now() - startedAtMs) / 1000) * rate))
    let text = ''
    for (; next < due; next += 1) text += `${next} ${'.'.repeat(next % 120)}\n`
    const bytes = Buffer.from(text)
    const cut = Math.floor(bytes.length * 0.7)
    writeSync(file, bytes, 0, cut)
    writeSync(file, bytes, cut)
    if (Date.now() - rotatedAtMs >= rotateMs) {
      rotatedAtMs = Date.now()
      rotate[kind]()
      for (const old of rotations.splice(0, Math.max(0, rotations.length - keep))) rmSync(old)
    }
    await delay(BURST_MS)
  }
  closeSync(file)
}

const task = process.argv[2]
if (task !== undefined) {
  await write(JSON.parse(task) as WriterTask)
  process.stdout.write('done\n')
}
