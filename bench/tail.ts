/** From a file into the durable buffer: CPU time of our tail and buffer, of Fluent Bit, and of a bare loop. */
import { applicationLogFile } from './input.ts'
import { MB, median, runScript, withScratch } from './measure.ts'
import { fluentBitVersion, runFluentBit, type FluentBitOptions } from './peers.ts'
import type { Report } from './report.ts'
import type { BenchOptions } from './run.ts'

interface Run {
  seconds: number
  cpuSeconds: number
}

interface Contender {
  name: string
  run: (file: string, folder: string) => Promise<Run>
  runs: Run[]
}

const OURS = 'Hozon, tail and buffer'
const BARE = 'bare Node loop'

/** Its default, and one that saves it system calls: the better of both counts. */
const CHUNK_BYTES = [32 * 1024, 1024 * 1024]

export async function measure({ bytes, runs }: BenchOptions): Promise<Report> {
  const input = await applicationLogFile(bytes)
  const version = fluentBitVersion()
  const contenders = [contender(OURS, script('collect-and-buffer.ts')), contender(BARE, bareLoop)]
  if (version !== undefined) contenders.push(...peers())
  const small = await applicationLogFile(MB)
  // Not counted: it fills the compile cache.
  for (const { run } of contenders) await withScratch((folder) => run(small.path, folder))
  // In turns, so that what else the machine does meets all of them alike.
  for (let turn = 0; turn < runs; turn++) {
    for (const { run, runs: done } of contenders) {
      // Not counted: on a virtual machine, memory that was free for a while costs whoever writes to it first twice the
      // time, and the runs before differ in length.
      await withScratch((folder) => bareLoop(input.path, folder))
      done.push(await withScratch((folder) => run(input.path, folder)))
    }
  }
  return report(input.bytes, contenders, version)
}

const bareLoop = script('bare-loop.ts')

function script(name: string): Contender['run'] {
  return async (file, folder) => {
    const run = await runScript<{ seconds: number; userSeconds: number; systemSeconds: number }>(name, [
      file,
      folder,
    ])
    return { seconds: run.seconds, cpuSeconds: run.userSeconds + run.systemSeconds }
  }
}

function peers(): Contender[] {
  return (['json', 'none'] as const).flatMap((parser) =>
    CHUNK_BYTES.map((chunkBytes) =>
      contender(peerName({ parser, chunkBytes }), peer({ parser, chunkBytes })),
    ),
  )
}

function peer(options: FluentBitOptions): Contender['run'] {
  return async (file, folder) => {
    const run = await runFluentBit(file, folder, options)
    if (run.storedBytes < 1) throw new Error('Fluent Bit kept nothing in its storage')
    return run
  }
}

function peerName({ parser, chunkBytes }: FluentBitOptions): string {
  return `Fluent Bit, ${parser === 'json' ? 'JSON parser' : 'no parser'}, buffer ${chunkBytes / 1024} KiB`
}

function contender(name: string, run: Contender['run']): Contender {
  return { name, run, runs: [] }
}

function report(bytes: number, contenders: Contender[], version: string | undefined): Report {
  const cpuRate = ({ runs }: Contender): number => bytes / MB / median(runs.map((run) => run.cpuSeconds))
  const rates = new Map(contenders.map((each) => [each.name, cpuRate(each)]))
  const ours = rates.get(OURS) ?? NaN
  const rows = contenders.map((each) => {
    const seconds = median(each.runs.map((run) => run.seconds))
    return [each.name, cpuRate(each), bytes / MB / seconds, ours / cpuRate(each)]
  })
  const best = (parser: 'json' | 'none'): number =>
    Math.max(...CHUNK_BYTES.map((chunkBytes) => rates.get(peerName({ parser, chunkBytes })) ?? -Infinity))
  const against = (parser: 'json' | 'none'): number | undefined =>
    version === undefined ? undefined : ours / best(parser)
  return {
    tables: [{ columns: ['program', 'MB per CPU-second', 'MB/s', 'ours is × faster per CPU-second'], rows }],
    targets: [
      {
        what: 'times Fluent Bit with JSON parser, per CPU-second',
        bound: { least: 3, unit: ' ×' },
        measured: against('json'),
      },
      {
        what: 'times Fluent Bit without parser, per CPU-second',
        bound: { least: 1.2, unit: ' ×' },
        measured: against('none'),
      },
    ],
    notes: [
      version === undefined ? 'no fluent-bit on PATH: only our own figures' : `Fluent Bit ${version}`,
      `${(bytes / MB).toFixed(0)} MB of the application log, in the page cache`,
    ],
  }
}
