/**
 * A buffer beside a small model of what it promises, for tests: each source is an endless file of numbered lines, so
 * whatever is on the disk can be checked line by line. After any sequence of commands, faults and crashes:
 *  - each source's lines, delivered and buffered, are 0, 1, 2 … without a hole or a repetition
 *  - exactly as many as its saved offset says, never fewer than were acknowledged, and the saved state fits the offset
 *  - the ranges of the segments cover [0, offset) without a hole
 *  - lines without a source are there when acknowledged, and never twice, however often their request is repeated
 *  - the identity of a request is known if and only if all its lines are there; else none of them is
 *  - records that are not lines keep their boundaries
 *  - a segment that was seen sealed never changes, and its file holds exactly its bytes
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { simulatedSys, type SimulatedSys } from '../sys/simulated.ts'
import type { Batch, BufferLimits, Segment, StreamBuffer } from './buffer.ts'
import { openBuffer } from './open-buffer.ts'

export const DIRECTORY = '/data/buffer'
export const SMALL_LIMITS: BufferLimits = {
  segmentBytesMax: 4096,
  streamBytesMax: 1024 * 1024,
  commitBytesMax: 2048,
  diskReserveBytes: 0,
  journalBytesMax: 2048,
  requestMemoryMs: 3_600_000,
  requestsMax: 1000,
}

const LINE_BYTES = 48
/** Longer than any probe waits. */
const RECOVERY_MS = 5000

export type Command =
  | { kind: 'append'; source: number; lines: number }
  | { kind: 'burst'; batches: { source: number; lines: number }[] }
  /** A request: with lines, or with three records a line. */
  | { kind: 'send'; lines: number; asRecords?: boolean }
  /** The same request once more; `back`: how many requests ago it came first. */
  | { kind: 'repeat'; back: number }
  /** The same request twice at once. */
  | { kind: 'sendTwice'; lines: number }
  | { kind: 'saveState'; source: number }
  | { kind: 'forgetSource' }
  | { kind: 'seal' }
  | { kind: 'deliver'; segments: number }
  | { kind: 'pin' }
  | { kind: 'reopen' }
  | { kind: 'crash'; mode: 'process' | 'power'; turns: number }
  | { kind: 'fail'; after: number; code: string; forever: boolean }
  | { kind: 'heal' }

export class BufferModel {
  sys: SimulatedSys
  buffer!: StreamBuffer
  readonly #limits: BufferLimits
  readonly #ackedLines = new Map<string, number>()
  readonly #sentLines = new Map<string, number>()
  readonly #requests: Request[] = []
  readonly #seen = new Map<number, { text: string; sources: string }>()
  #running: Promise<unknown>[] = []
  #pins: { ids: number[]; release(): void }[] = []
  #deliveredThrough = 0
  #nextSent = 0

  constructor(seed: number, limits: Partial<BufferLimits> = {}) {
    this.sys = simulatedSys(seed)
    this.#limits = { ...SMALL_LIMITS, ...limits }
  }

  /** Opening may fail with the disk, and succeeds when the disk works again. */
  async open(): Promise<void> {
    const place = { stream: 's', directory: DIRECTORY, deliveredThrough: this.#deliveredThrough }
    const options = { ...place, limits: this.#limits }
    try {
      this.buffer = await openBuffer(this.sys, options)
    } catch (error) {
      assert.equal((error as { code?: string }).code, 'HOZON_BUFFER_DISK', String(error))
      this.sys.faults.clear()
      this.buffer = await openBuffer(this.sys, options)
    }
    this.#restart()
  }

  async run(command: Command): Promise<void> {
    switch (command.kind) {
      case 'append':
        return this.#append(command)
      case 'burst':
        for (const batch of command.batches) void this.#append(batch)
        return this.#settle()
      case 'send':
        return this.#send(command)
      case 'repeat':
        return this.#request(this.#requests[this.#requests.length - 1 - command.back])
      case 'sendTwice':
        void this.#send(command)
        return this.run({ kind: 'repeat', back: 0 })
      case 'saveState':
        return this.#append({ source: command.source, lines: 0 })
      case 'forgetSource':
        this.buffer.forgetSources(['gone'])
        return
      case 'seal':
        return this.buffer.seal()
      case 'deliver':
        return this.#deliver(command.segments)
      case 'pin':
        return this.#pin()
      case 'reopen':
        return this.#reopen()
      case 'crash':
        return this.#crash(command)
      case 'fail': {
        const { after, code, forever } = command
        this.sys.faults.failAt(this.sys.faults.operations + after, code, { forever })
        return
      }
      case 'heal':
        return this.heal()
    }
  }

  /** The disk works again; resolves when the buffer has noticed. */
  async heal(): Promise<void> {
    this.sys.faults.clear()
    await this.#settle()
    await this.sys.clock.advance(RECOVERY_MS)
    assert.equal(this.buffer.stats().stalled, undefined)
    this.#restart()
  }

  /** Everything promised at the top. Needs a disk that works. */
  async check(): Promise<void> {
    await this.heal()
    await this.buffer.seal()
    await this.#look()
    const lines = new Map<string, number>()
    const sent = new Set<number>()
    const ids = [...this.#seen.keys()].toSorted((a, b) => a - b)
    for (const id of ids) this.#countLines(this.#seen.get(id)!.text, lines, sent)
    for (const request of this.#requests) this.#checkRequest(request, sent)
    const saved = new Map(this.buffer.savedSources().map((source) => [source.source, source]))
    for (const [source, count] of lines) assert.equal(saved.get(source)?.offset, count * LINE_BYTES, source)
    for (const [source, acked] of this.#ackedLines) {
      assert.ok(
        (saved.get(source)?.offset ?? 0) >= acked * LINE_BYTES,
        `${source}: acknowledged lines are lost`,
      )
    }
    for (const { source, offset, state } of saved.values()) {
      assert.equal((lines.get(source) ?? 0) * LINE_BYTES, offset, source)
      assert.deepEqual(state, { lines: offset / LINE_BYTES })
    }
    this.#checkRanges(ids, saved)
    this.#checkStats()
  }

  async #append({ source, lines }: { source: number; lines: number }): Promise<void> {
    const name = `src${source}`
    const first = this.#sentLines.get(name) ?? 0
    const end = first + lines
    this.#sentLines.set(name, end)
    const batch: Batch = {
      chunks: lines === 0 ? [] : toChunks(name, first, end),
      records: lines,
      progress: {
        source: name,
        path: `/${name}`,
        from: first * LINE_BYTES,
        to: end * LINE_BYTES,
        state: { lines: end },
      },
    }
    await this.#track(batch, () => this.#ackedLines.set(name, Math.max(end, this.#ackedLines.get(name) ?? 0)))
  }

  async #send({ lines, asRecords = false }: { lines: number; asRecords?: boolean }): Promise<void> {
    const requestId = createHash('md5').update(`request ${this.#requests.length}`).digest()
    const request = { requestId, first: this.#nextSent, lines, asRecords, isAcked: false }
    this.#nextSent += lines
    this.#requests.push(request)
    await this.#request(request)
  }

  async #request(request: Request | undefined): Promise<void> {
    if (request === undefined) return
    const { requestId, first, lines, asRecords } = request
    const chunks = toChunks('sent', first, first + lines)
    const recordEnds = asRecords ? recordEndsOf(chunks) : undefined
    const batch: Batch = { chunks, records: recordEnds?.length ?? lines, requestId }
    if (recordEnds !== undefined) batch.recordEnds = recordEnds
    await this.#track(batch, () => (request.isAcked = true))
  }

  #checkRequest({ requestId, first, lines, isAcked }: Request, sent: ReadonlySet<number>): void {
    const isKnown = this.buffer.hasRequest(requestId)
    if (isAcked) assert.ok(isKnown, `the acknowledged request ${first} is forgotten`)
    for (let id = first; id < first + lines; id++)
      assert.equal(
        sent.has(id),
        isKnown,
        `line ${id} of a request that is ${isKnown ? 'known' : 'not known'}`,
      )
  }

  async #track(batch: Batch, acked: () => void): Promise<void> {
    const { sys } = this
    const running = this.buffer.append(batch).then(acked, (error: unknown) => {
      assert.match(
        String((error as { code?: string }).code),
        /^HOZON_BUFFER_(DISK|ORDER|FULL)$/,
        String(error),
      )
    })
    this.#running.push(running)
    await running
    // A source reads again from its durable offset after a rejection.
    if (this.sys === sys && this.#running.at(-1) === running) this.#restart()
  }

  #restart(): void {
    this.#sentLines.clear()
    for (const { source, offset } of this.buffer.savedSources())
      this.#sentLines.set(source, offset / LINE_BYTES)
  }

  async #settle(): Promise<void> {
    await Promise.all(this.#running)
    this.#running = []
  }

  async #reopen(): Promise<void> {
    await this.#settle()
    await this.buffer.close()
    this.#pins = []
    await this.open()
  }

  async #crash({ mode, turns }: { mode: 'process' | 'power'; turns: number }): Promise<void> {
    for (let turn = 0; turn < turns; turn++) await Promise.resolve()
    this.sys = this.sys.crash({ mode })
    await this.#settle()
    this.#pins = []
    await this.open()
    await this.#look()
  }

  async #deliver(count: number): Promise<void> {
    await this.#look()
    const through = this.buffer.sealed().slice(0, count).at(-1)?.id
    if (through === undefined) return
    this.#deliveredThrough = through
    await this.buffer.forget(through).catch((error: unknown) => {
      assert.equal((error as { code?: string }).code, 'HOZON_BUFFER_DISK')
    })
    for (const { ids } of this.#pins)
      for (const id of ids) assert.ok(this.sys.disk.exists(pathOf(id)), `pinned ${id}`)
    if (this.#pins.length > 2) this.#pins.shift()?.release()
  }

  async #pin(): Promise<void> {
    const ids = this.buffer.sealed().map(({ id }) => id)
    this.#pins.push({ ids, ...this.buffer.pin(ids) })
  }

  /** Remembers each sealed segment; one that was seen before must not have changed. */
  async #look(): Promise<void> {
    for (const segment of this.buffer.sealed()) {
      assert.equal(segment.path, pathOf(segment.id))
      const text = String(this.sys.disk.read(segment.path))
      assert.equal(text.length, segment.bytes, `the file of segment ${segment.id} holds other than its bytes`)
      const ends = this.buffer.recordEnds(segment.id)
      assert.equal(ends?.length ?? text.length / LINE_BYTES, segment.records)
      if (ends !== undefined) assert.deepEqual(ends, recordEndsOf(linesOf(text)))
      const now = { text, sources: JSON.stringify(segment.sources) }
      const before = this.#seen.get(segment.id)
      if (before !== undefined) assert.deepEqual(now, before, `segment ${segment.id} changed`)
      this.#seen.set(segment.id, now)
    }
  }

  #countLines(text: string, lines: Map<string, number>, sent: Set<number>): void {
    for (const line of linesOf(text)) {
      const [name, digits] = String(line).split(' ') as [string, string]
      const number = Number(digits)
      if (name === 'sent') {
        assert.ok(!sent.has(number), `line ${number} is there twice`)
        sent.add(number)
      } else {
        assert.equal(number, lines.get(name) ?? 0, `${name}: a hole or a repetition`)
        lines.set(name, number + 1)
      }
    }
  }

  #checkRanges(ids: number[], saved: Map<string, { offset: number }>): void {
    const ends = new Map<string, number>()
    for (const id of ids) {
      for (const { source, from, to } of JSON.parse(this.#seen.get(id)!.sources) as Segment['sources']) {
        assert.equal(from, ends.get(source) ?? 0, `${source}: ranges have a hole`)
        ends.set(source, to)
      }
    }
    for (const [source, { offset }] of saved) assert.equal(ends.get(source) ?? 0, offset, source)
  }

  #checkStats(): void {
    const { bytes, records } = this.buffer.stats()
    const sealed = this.buffer.sealed()
    assert.equal(bytes, sum(sealed.map((segment) => segment.bytes)))
    assert.equal(records, sum(sealed.map((segment) => segment.records)))
  }
}

interface Request {
  requestId: Buffer
  first: number
  lines: number
  asRecords: boolean
  isAcked: boolean
}

/** Three records a line, one of them empty: where it is cut differs from line to line. */
function recordEndsOf(lines: readonly Buffer[]): Uint32Array {
  return Uint32Array.from(
    lines.flatMap((line, index) => {
      const start = index * LINE_BYTES
      const cut = Number(String(line).split(' ')[1]) % LINE_BYTES
      return [start + cut, start + cut, start + LINE_BYTES]
    }),
  )
}

function linesOf(text: string): Buffer[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => Buffer.from(line))
}

/** Runs commands on a new buffer and checks it after each crash and at the end. */
export async function runModel(seed: number, commands: readonly Command[]): Promise<void> {
  const model = new BufferModel(seed)
  await model.open()
  for (const command of commands) {
    await model.run(command)
    if (command.kind === 'crash' || command.kind === 'reopen') await model.check()
  }
  await model.check()
  await model.run({ kind: 'crash', mode: 'power', turns: 0 })
  await model.check()
}

function toChunks(name: string, first: number, end: number): Buffer[] {
  const chunks: Buffer[] = []
  for (let number = first; number < end; number++)
    chunks.push(
      Buffer.from(`${name} ${String(number).padStart(10, '0')} `.padEnd(LINE_BYTES - 1, 'x') + '\n'),
    )
  return chunks
}

function pathOf(id: number): string {
  return `${DIRECTORY}/s/${String(id).padStart(10, '0')}.data`
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
