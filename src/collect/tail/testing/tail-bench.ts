/** A directory, a source over it and a buffer that outlives restarts: what each test of the tail source needs. */
import { deepEqual, equal } from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Parser } from '../../../format/parsers/parser.ts'
import { realSys } from '../../../sys/real.ts'
import type { Sys } from '../../../sys/sys.ts'
import type { Source } from '../../source.ts'
import { tailSource, type TailOptions } from '../tail-source.ts'
import { memoryBuffer, type MemoryBuffer } from './memory-buffer.ts'

export const passthrough: Parser = {
  passthrough: true,
  parseBlock: (block) => block,
  parseCut: (line, fullBytes) => Buffer.concat([line, Buffer.from(`[cut ${fullBytes}]\n`)]),
}

/** Quick, so that tests need not wait; nothing else differs from what the pipeline runs with. */
const QUICK = {
  gatherMs: 1,
  activePollMs: 20,
  idlePollMs: 40,
  sweepMs: 200,
  rotatedFlushMs: 60,
  gzipStableMs: 40,
}

export interface TailBench {
  directory: string
  path: (name: string) => string
  buffer: MemoryBuffer
  source: Source
  /** A new source over the same files and buffer. */
  restart: () => Promise<void>
  stop: () => Promise<void>
  start: () => Promise<void>
  /** Resolves when `holds` is true, looked at again and again. */
  until: (holds: () => boolean) => Promise<void>
}

/** `count` lines with ascending numbers. */
export function numbered(from: number, count: number): string {
  return Array.from({ length: count }, (_, at) => `line ${from + at} of this test\n`).join('')
}

/** Each of them once; the order within a file is checked by the buffer. */
export function eachOnce(lines: string[], count: number): void {
  const seen = new Set<string>()
  const twice = lines.filter((line) => seen.size === seen.add(line).size)
  deepEqual(twice.slice(0, 5), [], `${twice.length} lines twice`)
  equal(lines.length, count)
}

export interface BenchOptions extends TailOptions {
  paths?: string[]
  from?: 'beginning' | 'end'
  sys?: Sys
  parser?: Parser
}

export async function withTail(
  options: BenchOptions,
  run: (bench: TailBench) => Promise<void>,
): Promise<void> {
  const place = join(tmpdir(), `hozon-tail-${realSys.random.bytes(8).toString('hex')}`)
  await realSys.files.makeDirectory(place)
  const directory = await realSys.files.realpath(place)
  const path = (name: string) => join(directory, name)
  const config = {
    kind: 'tail' as const,
    paths: (options.paths ?? ['*.log']).map((glob) => join(directory, glob)),
    parse: { kind: 'json' as const },
    from: options.from ?? ('beginning' as const),
    time: undefined,
  }
  const buffer = memoryBuffer()
  const open = () =>
    tailSource(options.sys ?? realSys, config, buffer, options.parser ?? passthrough, {
      ...options,
      limits: { ...QUICK, ...options.limits },
    })
  const bench: TailBench = {
    directory,
    path,
    buffer,
    source: open(),
    async start() {
      bench.source = open()
      await bench.source.start()
    },
    stop: () => bench.source.stop(),
    async until(holds) {
      while (!holds()) await new Promise((resolve) => setImmediate(resolve))
    },
    async restart() {
      await bench.stop()
      await bench.start()
    },
  }
  try {
    await run(bench)
  } finally {
    buffer.release()
    await bench.source.stop()
    await realSys.files.removeTree(directory)
  }
}
