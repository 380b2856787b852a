/**
 * Goal: no sequence of writing, rotation, compression, restart and crash loses or doubles a line.
 * Method: a simulated machine with the real buffer; after random commands all that was written must be in the buffer
 * once, and in order per generation of the file.
 */
import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import type { StreamBuffer } from '../../buffer/buffer.ts'
import { openBuffer } from '../../buffer/open-buffer.ts'
import { simulatedSys, type SimulatedSys } from '../../sys/simulated.ts'
import type { Source } from '../source.ts'
import { tailSource } from './tail-source.ts'
import { passthrough } from './testing/tail-bench.ts'

const LOG = '/logs/a.log'

type Command =
  | { do: 'write'; lines: number }
  | { do: 'partial' }
  | {
      do: 'rename' | 'copytruncate' | 'gzip' | 'truncate' | 'delete' | 'restart' | 'crash' | 'stop' | 'start'
    }
  | { do: 'pause'; ms: number }

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('write' as const), lines: fc.integer({ min: 1, max: 40 }) }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'partial' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('pause' as const), ms: fc.integer({ min: 0, max: 1500 }) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'rename',
        'copytruncate',
        'gzip',
        'truncate',
        'delete',
        'restart',
        'crash',
        'stop',
        'start',
      ),
    }),
  },
)

class Machine {
  sys: SimulatedSys
  buffer: StreamBuffer | undefined
  source: Source | undefined
  readonly glob: string
  expected: string[] = []
  count = 0
  rotations = 0
  rotated: string[] = []
  partial = ''

  constructor(seed: number, glob: string) {
    this.sys = simulatedSys(seed)
    this.glob = glob
    this.sys.disk.write(LOG, '')
  }

  async start(): Promise<void> {
    if (this.source !== undefined) return
    const opening = openBuffer(this.sys, { stream: 's', directory: '/data/buffer', deliveredThrough: 0 })
    await this.finish(opening)
    this.buffer = await opening
    const config = {
      kind: 'tail' as const,
      paths: [this.glob],
      parse: { kind: 'json' as const },
      from: 'beginning' as const,
      time: undefined,
    }
    this.source = tailSource(this.sys, config, this.buffer, passthrough)
    await this.finish(this.source.start())
  }

  async stop(): Promise<void> {
    if (this.source === undefined || this.buffer === undefined) return
    await this.finish(this.source.stop())
    await this.finish(this.buffer.close())
    this.source = undefined
  }

  /** Time passes in small steps, since decompression takes real time and not simulated time. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 50) {
      await this.sys.clock.advance(Math.min(50, ms - passed))
      await setImmediate()
    }
  }

  async finish(work: Promise<unknown>): Promise<void> {
    let isDone = false
    const ended = work.finally(() => (isDone = true))
    while (!isDone) {
      await this.sys.clock.advance(1)
      await setImmediate()
    }
    await ended
  }

  async caughtUp(): Promise<void> {
    await this.start()
    await this.pass(5000)
  }

  async run(step: Command): Promise<void> {
    if (step.do === 'write') this.write(step.lines)
    else if (step.do === 'partial') this.writePart()
    else if (step.do === 'pause') await this.pass(step.ms)
    else if (step.do === 'start') await this.start()
    else if (step.do === 'stop') await this.stop()
    else if (step.do === 'restart') {
      await this.stop()
      await this.start()
    } else if (step.do === 'crash') {
      this.sys = this.sys.crash({ mode: 'process' })
      this.source = undefined
      await this.start()
    } else await this.rotate(step.do)
  }

  write(lines: number): void {
    this.complete()
    for (let line = 0; line < lines; line += 1) {
      const text = `line ${this.count++} ${'.'.repeat(this.count % 50)}`
      this.expected.push(text)
      this.sys.disk.append(LOG, `${text}\n`)
    }
  }

  writePart(): void {
    this.complete()
    this.partial = `line ${this.count++} in parts`
    this.sys.disk.append(LOG, this.partial.slice(0, 8))
  }

  complete(): void {
    if (this.partial === '') return
    this.sys.disk.append(LOG, `${this.partial.slice(8)}\n`)
    this.expected.push(this.partial)
    this.partial = ''
  }

  async rotate(kind: 'rename' | 'copytruncate' | 'gzip' | 'truncate' | 'delete'): Promise<void> {
    this.complete()
    const { disk, files, clock } = this.sys
    if (!disk.exists(LOG)) disk.write(LOG, '')
    if (kind === 'rename' || kind === 'copytruncate') {
      const to = `${LOG}.${++this.rotations}`
      this.rotated.push(to)
      if (kind === 'rename') await this.finish(files.rename(LOG, to))
      else {
        disk.write(to, disk.read(LOG))
        if (this.rotations % 2 === 0) await clock.settle()
        disk.truncate(LOG, 0)
      }
      disk.append(LOG, '')
      return
    }
    if (kind === 'gzip') {
      const from = this.rotated.shift()
      if (from === undefined) return
      disk.write(`${from}.gz`, gzipSync(disk.read(from)))
      await this.finish(files.remove(from))
      return
    }
    // Nobody can read what was removed before it could be read: these wait until it was.
    await this.caughtUp()
    if (kind === 'truncate') disk.truncate(LOG, 0)
    else await this.finish(files.remove(this.rotated.shift() ?? LOG))
    await this.pass(600)
  }

  async received(): Promise<string[]> {
    this.complete()
    await this.caughtUp()
    await this.pass(12_000)
    await this.buffer?.seal()
    const segments = this.buffer?.sealed() ?? []
    return segments.flatMap(({ path }) => this.sys.disk.read(path).toString().split('\n').slice(0, -1))
  }
}

async function check(seed: number, glob: string, commands: Command[]): Promise<void> {
  const machine = new Machine(seed, glob)
  await machine.start()
  for (const each of commands) await machine.run(each)
  const received = await machine.received()
  await machine.stop()
  deepEqual(received.toSorted(), machine.expected.toSorted())
}

for (const glob of ['/logs/a.log', '/logs/a.log*']) {
  test(`every line once, whatever happens to ${glob}`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.array(command, { maxLength: 25 }), (seed, commands) =>
        check(seed, glob, commands),
      ),
      { numRuns: Number(process.env['HOZON_TAIL_RUNS'] ?? 15) },
    )
  })
}
