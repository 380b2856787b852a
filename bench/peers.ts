/** Fluent Bit, if there is one on PATH, doing what our tail and buffer do: a file into its storage on disk. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { cpuSeconds, until } from './measure.ts'

export interface PeerRun {
  seconds: number
  cpuSeconds: number
  /** What its storage holds afterwards: it must have kept what it read. */
  storedBytes: number
}

export function fluentBitVersion(): string | undefined {
  const asked = spawnSync('fluent-bit', ['--version'], { encoding: 'utf8' })
  return asked.status === 0 ? /Fluent Bit (v\S+)/.exec(asked.stdout)?.[1] : undefined
}

export interface FluentBitOptions {
  parser: 'json' | 'none'
  /** Bytes of its read buffer per file; its default is 32 KiB. */
  chunkBytes: number
}

/** Ends when its position database says that all of `file` was read. */
export async function runFluentBit(
  file: string,
  folder: string,
  options: FluentBitOptions,
): Promise<PeerRun> {
  const config = join(folder, 'fluent-bit.conf')
  writeFileSync(join(folder, 'parsers.conf'), PARSERS)
  writeFileSync(config, configOf(file, folder, options))
  const startedMs = performance.now()
  const child = spawn('fluent-bit', ['--quiet', '--config', config], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const closed = once(child, 'close')
  const pid = child.pid ?? -1
  try {
    const position = positionIn(join(folder, 'positions.db'))
    const { size } = statSync(file)
    await until('Fluent Bit has read the file', 600_000, 20, () => {
      if (child.exitCode !== null) throw new Error(`fluent-bit ended with ${child.exitCode}`)
      return position() === size ? true : undefined
    })
    const seconds = (performance.now() - startedMs) / 1000
    return { seconds, cpuSeconds: cpuSeconds(pid) ?? NaN, storedBytes: bytesBelow(join(folder, 'storage')) }
  } finally {
    // Its storage is of no use afterwards; at SIGTERM it would first try to deliver it.
    child.kill('SIGKILL')
    await closed
  }
}

const PARSERS = `[PARSER]
    name json
    format json
    time_key ts
    time_format %Y-%m-%dT%H:%M:%S.%LZ
    time_keep on
`

/**
 * Nothing is delivered while it reads: the flush interval is longer than any run, so that no failing output costs it
 * CPU time. Its storage keeps the defaults, which do not fsync; ours does.
 */
function configOf(file: string, folder: string, { parser, chunkBytes }: FluentBitOptions): string {
  return `[SERVICE]
    flush 3600
    grace 1
    daemon off
    parsers_file ${join(folder, 'parsers.conf')}
    storage.path ${join(folder, 'storage')}

[INPUT]
    name tail
    path ${file}
    read_from_head on
    db ${join(folder, 'positions.db')}
    storage.type filesystem
    buffer_chunk_size ${chunkBytes}
    buffer_max_size ${Math.max(chunkBytes, 1 << 20)}
${parser === 'json' ? '    parser json\n' : ''}
[OUTPUT]
    name tcp
    match *
    host 127.0.0.1
    port 9
    retry_limit no_limits
`
}

function positionIn(path: string): () => number | undefined {
  let database: DatabaseSync | undefined
  return () => {
    if (!existsSync(path)) return undefined
    try {
      database ??= new DatabaseSync(path, { readOnly: true })
      const row = database.prepare('SELECT max(offset) AS position FROM in_tail_files').get()
      return Number(row?.['position'] ?? 0)
    } catch {
      // It is making the table, or a write is under way: the next look tells.
      return undefined
    }
  }
}

function bytesBelow(folder: string): number {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}
