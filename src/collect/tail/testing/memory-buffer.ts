/** A buffer in memory that can delay and refuse, for tests of sources. It checks the contract of progress. */
import { HozonError } from '../../../base/errors.ts'
import type { Batch, SavedSource, SourceProgress, StreamBuffer } from '../../../buffer/buffer.ts'

export interface MemoryBuffer extends StreamBuffer {
  /** All bytes per source, in order. */
  bytesOf: Map<string, Buffer[]>
  pathOf: Map<string, string>
  /** Everything, in order of commit. */
  text(): string
  lines(): string[]
  bytes(): Buffer
  /** Appends wait until release() is called. */
  hold(): void
  release(): void
  /** The next `count` appends are refused as a full buffer refuses them. */
  refuse(count: number): void
  refused: number
  /** Resolves when `holds` is true; looked at after each commit. */
  until(holds: () => boolean): Promise<void>
}

export function memoryBuffer(saved: readonly SavedSource[] = []): MemoryBuffer {
  const sources = new Map(saved.map((each) => [each.source, structuredClone(each)]))
  const bytesOf = new Map<string, Buffer[]>()
  const pathOf = new Map<string, string>()
  const all: Buffer[] = []
  const checks = new Set<() => void>()
  const broken = new Set<string>()
  const under = new Map<string, number>()
  let gate: { opened: Promise<void>; open: () => void } | undefined
  let toRefuse = 0
  let tail: Promise<unknown> = Promise.resolve()

  async function commit(progress: SourceProgress | undefined, chunks: readonly Buffer[]): Promise<void> {
    const source = progress?.source ?? ''
    under.set(source, (under.get(source) ?? 0) + 1)
    const turn = tail.then(() => gate?.opened)
    tail = turn
    await turn
    under.set(source, (under.get(source) ?? 0) - 1)
    try {
      if (broken.has(source)) throw refusal('HOZON_BUFFER_ORDER')
      if (toRefuse > 0 && chunks.length > 0) {
        toRefuse -= 1
        buffer.refused += 1
        broken.add(source)
        throw refusal('HOZON_BUFFER_FULL')
      }
    } finally {
      if (under.get(source) === 0) broken.delete(source)
    }
    if (progress !== undefined) keepProgress(progress)
    const bytes = Buffer.concat(chunks)
    if (bytes.length > 0) {
      all.push(bytes)
      bytesOf.set(source, [...(bytesOf.get(source) ?? []), bytes])
      if (progress !== undefined && !pathOf.has(source)) pathOf.set(source, progress.path)
    }
    for (const check of checks) check()
  }

  function keepProgress(progress: SourceProgress): void {
    const { source, path, from, to, state } = progress
    const known = sources.get(source)
    if (known !== undefined && known.offset !== from)
      throw new Error(`${source} goes on at ${from}, was at ${known.offset}`)
    if (to < from) throw new Error(`${source} goes backwards`)
    sources.set(source, { source, path, offset: to, state: structuredClone(state) })
  }

  const buffer: MemoryBuffer = {
    stream: 'test',
    bytesOf,
    pathOf,
    refused: 0,
    append: (batch: Batch) => commit(batch.progress, batch.chunks),
    hasRequest: () => false,
    setSegmentBytesMax: () => {},
    saveSource: (progress) => commit(progress, []),
    waitForRoom: async () => {},
    forgetSources: (names) => {
      for (const name of names) sources.delete(name)
    },
    savedSources: () => [...sources.values()],
    bytes: () => Buffer.concat(all),
    text: () => Buffer.concat(all).toString(),
    lines: () => Buffer.concat(all).toString().split('\n').slice(0, -1),
    hold() {
      let open = () => {}
      const opened = new Promise<void>((resolve) => (open = resolve))
      gate = { opened, open }
    },
    release() {
      gate?.open()
      gate = undefined
    },
    refuse: (count) => void (toRefuse = count),
    until: (holds) =>
      new Promise((resolve) => {
        const check = () => {
          if (!holds()) return
          checks.delete(check)
          resolve()
        }
        checks.add(check)
        check()
      }),
    seal: async () => {},
    sealed: () => [],
    pin: () => ({ release: () => {} }),
    forget: async () => {},
    stats: () => ({
      records: 0,
      bytes: 0,
      receivedRecords: 0,
      receivedBytes: 0,
      oldestArrivalMs: undefined,
      activeArrivalMs: undefined,
      stalled: undefined,
    }),
    onSealed: () => {},
    recordEnds: () => undefined,
    onCommit: () => {},
    close: async () => {},
  }
  return buffer
}

function refusal(code: string): HozonError {
  return new HozonError(code, 'refused by the test', { op: 'append', retryable: true })
}
