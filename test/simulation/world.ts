/**
 * The whole path (tail, buffer, preparation, delivery, store) of one stream on a simulated machine, with an application
 * that writes, rotates and never repeats a line. Only the catalog's SQLite is real: its file survives each crash, as
 * SQLite promises, and its transactions are atomic.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DeliverConfig, StreamConfig } from '../../src/base/stream.ts'
import type { Catalog } from '../../src/catalog/catalog.ts'
import { openCatalog } from '../../src/catalog/open-catalog.ts'
import type { Transformer } from '../../src/deliver/lambda/transformer.ts'
import { openLocalConverter } from '../../src/deliver/converter/convert-files.ts'
import { openStream, type OpenStream } from '../../src/server/open-stream.ts'
import { openLocalStore } from '../../src/store/local-store.ts'
import type { Store } from '../../src/store/store.ts'
import { simulatedSys, type SimulatedSys } from '../../src/sys/simulated.ts'

export const LOG = '/var/log/app/app.log'

const CONFIG: StreamConfig = {
  name: 'app',
  collect: [{ kind: 'tail', paths: [LOG], parse: { kind: 'json' }, from: 'beginning', time: undefined }],
  deliver: {
    bucket: 'logs',
    prefix: 'app/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/',
    errorPrefix: 'errors/app/!{firehose:error-output-type}/',
    partitionBy: 'event',
    timezone: 'UTC',
    format: 'json',
    // Compression runs on real threads, which the simulated clock can not wait for.
    compression: 'none',
    buffer: { sizeBytes: 8 * 1024, intervalMs: 2000 },
    time: undefined,
  },
  table: { database: 'logs', name: 'app' },
}

interface Life {
  stream: OpenStream
  store: Store
  catalog: Catalog
}

/** The streams here have none. */
const NO_FUNCTIONS: Transformer = {
  transform: () => Promise.reject(new Error('no stream of this world has a function')),
  close: () => Promise.resolve(),
}

export class World {
  sys: SimulatedSys
  readonly #folder = mkdtempSync(join(tmpdir(), 'hozon-simulation-'))
  #life: Life | undefined
  /** Open from the first step of a start on; a crash in the middle of it must free the file too. */
  #catalog: Catalog | undefined
  #written = 0
  #generation = 0

  constructor(seed: number) {
    this.sys = simulatedSys(seed)
    this.sys.faults.deadCallsHang = true
    this.sys.disk.write(LOG, '')
    this.sys.disk.sync(LOG)
  }

  /** The application: `count` lines, the last of which may be cut in two writes. */
  write(count: number, cutAt = 1): void {
    const lines = Array.from({ length: count }, () => this.#line()).join('')
    const cut = Math.floor(lines.length * cutAt)
    this.sys.disk.append(LOG, lines.slice(0, cut))
    this.sys.disk.append(LOG, lines.slice(cut))
    // What the application itself loses in a power cut is not what is tested here.
    this.sys.disk.sync(LOG)
  }

  #line(): string {
    const number = this.#written++
    // Event times wander over hours, so that runs have several partitions.
    const time = new Date(this.sys.clock.now() - (number % 3) * 3600_000).toISOString()
    return JSON.stringify({ time, number, pad: 'x'.repeat((number * 37) % 120) }) + '\n'
  }

  /** Renames the log away and begins a new one, as logrotate does. */
  rotate(): void {
    this.sys.disk.rename(LOG, `${LOG}.${++this.#generation}`)
    this.sys.disk.write(LOG, '')
    this.sys.disk.sync(LOG)
  }

  get written(): number {
    return this.#written
  }

  async start(): Promise<void> {
    const { sys } = this
    const catalog = openCatalog(join(this.#folder, 'catalog.sqlite'), sys.clock, sys.random)
    this.#catalog = catalog
    try {
      const store = await openLocalStore(sys, '/data/store')
      const converter = openLocalConverter(sys.files, { threads: 1, memoryMiB: 64, temporary: '/tmp' })
      const events = { committed: () => {}, failed: () => {}, recovered: () => {} }
      const resolve = (deliver: DeliverConfig): DeliverConfig => deliver
      const context = {
        sys,
        catalog,
        store,
        openBucket: (bucket: string) => store.openBucket(bucket),
        converter,
        transformer: NO_FUNCTIONS,
        resolve,
        events,
        dataDirectory: '/data',
      }
      const stream = await openStream(context, CONFIG)
      this.#life = { stream, store, catalog }
      stream.delivery.start()
      for (const source of stream.sources) await source.start()
    } catch (error) {
      this.#life = undefined
      catalog.close()
      this.#catalog = undefined
      throw error
    }
  }

  /** The process dies; what it left is on the disk for the next start(). */
  crash(mode: 'process' | 'power'): void {
    this.sys = this.sys.crash({ mode })
    this.#catalog?.close()
    this.#catalog = undefined
    this.#life = undefined
  }

  get alive(): boolean {
    return this.#life !== undefined
  }

  get deliveredRecords(): number {
    return this.#life?.catalog.totals('app').deliveredRecords ?? 0
  }

  get problems(): string {
    const { stream } = this.#life ?? {}
    return JSON.stringify({
      delivery: stream?.delivery.problem(),
      stats: stream?.buffer.stats(),
      files: stream?.sources[0]?.status(),
    })
  }

  /** The numbers of all lines in the bucket, object by object in the order of the ledger. */
  async deliveredNumbers(): Promise<number[]> {
    const { catalog, store } = this.#life!
    const objects = [...catalog.allObjects('app')]
    const paths = await Promise.all(objects.map(async ({ bucket, key }) => store.localPath(bucket, key)))
    return paths.flatMap((path) => {
      const text = this.sys.disk.read(path!).toString('utf8')
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => (JSON.parse(line) as { number: number }).number)
    })
  }

  /** Keys in the bucket and keys in the catalog: whoever reads the bucket without Hozon must see the same rows. */
  async keys(): Promise<{ inBucket: string[]; inCatalog: string[] }> {
    const { catalog, store } = this.#life!
    const inBucket: string[] = []
    for await (const { key } of store.list('logs', '')) if (!key.startsWith('_hozon/')) inBucket.push(key)
    return { inBucket, inCatalog: [...catalog.allObjects('app')].map(({ key }) => key).sort() }
  }

  /** Byte ranges of each source as the ledger has them. */
  ledger(): { source: string; from: number; to: number }[] {
    return [...this.#life!.catalog.ledger('app')]
  }

  async end(): Promise<void> {
    if (this.#life !== undefined) {
      const { stream, catalog } = this.#life
      const stopping = Promise.all([...stream.sources.map((source) => source.stop()), stream.delivery.stop()])
      await this.sys.clock.runUntil(stopping)
      await this.sys.clock.runUntil(stream.buffer.close())
      catalog.close()
    }
    rmSync(this.#folder, { recursive: true })
  }
}
