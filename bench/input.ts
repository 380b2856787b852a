/** The application log as a file, made once per size; the same seed gives the same bytes. */
import { existsSync, mkdirSync, openSync, closeSync, readSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { writeApplicationLog } from './application-log.ts'
import { CACHE } from './measure.ts'

export interface Input {
  path: string
  bytes: number
  lines: number
}

/** `bytes` or some more: it ends with a whole block of lines. */
export async function applicationLogFile(bytes: number): Promise<Input> {
  const path = join(CACHE, `application-${bytes}.jsonl`)
  if (!existsSync(path)) {
    mkdirSync(CACHE, { recursive: true })
    await writeApplicationLog(`${path}.tmp`, bytes)
    renameSync(`${path}.tmp`, path)
  }
  return { path, bytes: statSync(path).size, lines: countLines(path) }
}

/** Also brings the file into the page cache, so that the first program to read it is not the slowest. */
function countLines(path: string): number {
  const file = openSync(path, 'r')
  const block = Buffer.allocUnsafe(1 << 20)
  let lines = 0
  for (let count = readSync(file, block); count > 0; count = readSync(file, block)) {
    const filled = block.subarray(0, count)
    for (let at = filled.indexOf(10); at >= 0; at = filled.indexOf(10, at + 1)) lines++
  }
  closeSync(file)
  return lines
}
