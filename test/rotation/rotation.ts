/** A writer process, a tail source and the real buffer on a real disk; and the count of what arrived. */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { StreamBuffer } from '../../src/buffer/buffer.ts'
import { openBuffer } from '../../src/buffer/open-buffer.ts'
import type { Source } from '../../src/collect/source.ts'
import { tailSource } from '../../src/collect/tail/tail-source.ts'
import type { Parser } from '../../src/format/parsers/parser.ts'
import { realSys } from '../../src/sys/real.ts'
import type { WriterTask } from './writer.ts'

const parser: Parser = {
  passthrough: true,
  parseBlock: (block) => block,
  parseCut: (line) => Buffer.concat([line, Buffer.from('\n')]),
}

/** Given up on after this long without a new line; only a broken source gets there. */
const SILENCE_MS = 15_000

export interface World {
  path: (name: string) => string
  start: () => Promise<void>
  stop: () => Promise<void>
  source: () => Source
  /** Resolves when the writer has ended. */
  write: (task: Omit<WriterTask, 'path'>, name?: string) => Promise<void>
  received: () => Promise<string[]>
  /** Waits until that many lines came, and a little longer for lines that should not come. */
  receive: (count: number) => Promise<Tally>
}

export interface Tally {
  lost: number
  doubled: number
  /** Lines that nobody wrote. */
  foreign: number
}

export async function inWorld(globs: string[], run: (world: World) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'hozon-rotation-'))
  const path = (name: string) => join(directory, name)
  let buffer: StreamBuffer | undefined
  let source: Source | undefined
  const world: World = {
    path,
    source() {
      if (source === undefined) throw new Error('not started')
      return source
    },
    async start() {
      buffer = await openBuffer(realSys, { stream: 's', directory: path('buffer'), deliveredThrough: 0 })
      const config = {
        kind: 'tail' as const,
        paths: globs.map(path),
        parse: { kind: 'json' as const },
        from: 'beginning' as const,
        time: undefined,
      }
      source = tailSource(realSys, config, buffer, parser)
      await source.start()
    },
    async stop() {
      await source?.stop()
      await buffer?.close()
      source = undefined
    },
    write: (task, name = 'a.log') => runWriter({ ...task, path: path(name) }),
    async received() {
      await buffer?.seal()
      const segments = buffer?.sealed() ?? []
      const texts = await Promise.all(segments.map((segment) => readFile(segment.path, 'utf8')))
      return texts.join('').split('\n').slice(0, -1)
    },
    async receive(count) {
      let records = -1
      let silentSinceMs = Date.now()
      for (;;) {
        const now = buffer?.stats().records ?? 0
        if (now !== records) silentSinceMs = Date.now()
        records = now
        const patienceMs = records >= count ? 1500 : SILENCE_MS
        if (Date.now() - silentSinceMs > patienceMs) break
        await delay(50)
      }
      return tally(await world.received(), count)
    },
  }
  try {
    await run(world)
  } finally {
    await world.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

function tally(lines: string[], count: number): Tally {
  const seen = new Set<number>()
  let doubled = 0
  let foreign = 0
  for (const line of lines) {
    const number = Number(line.split(' ', 1)[0])
    if (line !== `${number} ${'.'.repeat(number % 120)}`) foreign += 1
    else if (seen.has(number)) doubled += 1
    else seen.add(number)
  }
  return { lost: count - seen.size, doubled, foreign }
}

function runWriter(task: WriterTask): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const writer = spawn(process.execPath, [join(import.meta.dirname, 'writer.ts'), JSON.stringify(task)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  writer.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`writer exited with ${code}`))))
  return promise
}
