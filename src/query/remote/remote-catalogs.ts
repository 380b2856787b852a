/** Live databases as catalogs of their own: `catalogs` of the pipeline file. Read-only, and always as they are now. */
import { join } from 'node:path'
import { HozonError } from '../../base/errors.ts'
import { callsTo, type ChildCalls } from '../../sys/rpc.ts'
import type { Child, Sys } from '../../sys/sys.ts'
import { ENDLESS_ROOM, type DiskRoom } from '../disk-room.ts'
import type { RemoteRequest, RemoteSnapshot, RemoteTable } from '../query.ts'
import type { DatabasesCall, ReadAnswer, ReadCall, TableAnswer, TablesCall } from './remote-calls.ts'

/** Catalog's name in lower case -> URL with user and password, which leaves the server for that process only. */
export type CatalogUrls = Readonly<Record<string, string>>

export interface RemoteCatalogs {
  names(): string[]
  databases(catalog: string): Promise<string[]>
  tables(catalog: string, database: string): Promise<RemoteTable[]>
  open(table: RemoteTable, request: RemoteRequest, signal?: AbortSignal): Promise<RemoteSnapshot>
  close(): Promise<void>
}

/** One query's rows of one table lie on disk while it runs. */
const ROWS_BYTES_MAX = 4 * 1024 * 1024 * 1024
/** One statement asks for the same tables several times: they are looked up once. */
const KNOWN_MS = 5000
/** Databases whose tables are kept so long. A statement names a few; each may have thousands of tables. */
const KNOWN_MAX = 64
/** Longer names no live database has (PostgreSQL: 63 bytes, MySQL: 64 characters), nor the rest of the house. */
const NAME_CHARACTERS_MAX = 255
/** A process without work for so long ends, to give its memory back. */
const IDLE_MS = 60_000
const HEAP_MIB = 256

interface Process {
  child: Child
  calls: ChildCalls
  working: number
  idle: AbortController | undefined
}

/** @param folder for rows while a query reads them; made and emptied by the caller, on the disk of `room`. */
export function openRemoteCatalogs(
  sys: Pick<Sys, 'clock' | 'files' | 'processes'>,
  urls: CatalogUrls,
  folder: string,
  room: DiskRoom = ENDLESS_ROOM,
): RemoteCatalogs {
  const known = new Map<string, { atMs: number; tables: Promise<TableAnswer[]> }>()
  let running: Process | undefined
  let reads = 0

  function start(): Process {
    const child = sys.processes.fork(new URL('./remote-child.ts', import.meta.url), {
      title: 'hozon-databases',
      heapMiB: HEAP_MIB,
    })
    const started: Process = { child, calls: callsTo(child, 'hozon-databases'), working: 0, idle: undefined }
    void started.calls.exited.then(() => {
      if (running === started) running = undefined
    })
    return started
  }

  async function call<T>(method: string, params: unknown): Promise<T> {
    const process = (running ??= start())
    process.idle?.abort()
    process.working++
    try {
      return await process.calls.call<T>(method, params)
    } finally {
      if (--process.working === 0) endWhenIdle(process)
    }
  }

  function endWhenIdle(process: Process): void {
    const idle = new AbortController()
    process.idle = idle
    void sys.clock.sleep(IDLE_MS, idle.signal).then(() => {
      if (idle.signal.aborted) return
      if (running === process) running = undefined
      process.child.kill()
    })
  }

  const urlOf = (catalog: string): string => {
    const url = urls[catalog]
    if (url !== undefined) return url
    throw new HozonError('HOZON_SQL_TABLE', `CATALOG_NOT_FOUND: Catalog '${catalog}' does not exist`, {
      op: 'plan query',
    })
  }

  async function tablesOf(catalog: string, database: string): Promise<TableAnswer[]> {
    const url = urlOf(catalog)
    if (database.length > NAME_CHARACTERS_MAX) return []
    const key = JSON.stringify([catalog, database])
    const nowMs = sys.clock.monotonic()
    const found = known.get(key)
    if (found !== undefined && nowMs - found.atMs < KNOWN_MS) return found.tables
    forgetSome(key, nowMs)
    const asked = {
      atMs: nowMs,
      tables: call<TableAnswer[]>('tables', { url, database } satisfies TablesCall),
    }
    known.set(key, asked)
    asked.tables.catch(() => {
      if (known.get(key) === asked) known.delete(key)
    })
    return asked.tables
  }

  /** What is old, the key itself, and of the others the oldest, until there is room for one more. */
  function forgetSome(key: string, nowMs: number): void {
    // In order of their times, since each was added behind the others.
    for (const [other, { atMs }] of known)
      if (other === key || nowMs - atMs >= KNOWN_MS || known.size >= KNOWN_MAX) known.delete(other)
  }

  return {
    names: () => Object.keys(urls).sort(),
    databases: async (catalog) => call('databases', { url: urlOf(catalog) } satisfies DatabasesCall),
    async tables(catalog, database) {
      const tables = await tablesOf(catalog, database)
      return tables.map(({ name, columns }) => ({
        kind: 'remote',
        catalog,
        database,
        name,
        columns: columns.map((column) => ({ ...column, key: column.name })),
        partitionKeys: [],
      }))
    },
    async open({ catalog, database, name }, request, signal) {
      const id = ++reads
      const path = join(folder, `${id}.json`)
      // What can not be removed now goes with the folder at the next start.
      const remove = (): Promise<void> => sys.files.remove(path).catch(() => {})
      const read: ReadCall = {
        id,
        url: urlOf(catalog),
        database,
        table: name,
        request,
        path,
        bytesMax: ROWS_BYTES_MAX,
      }
      const cancel = (): void => void call('cancel', { id }).catch(() => {})
      let full: HozonError | undefined
      const stop = (why: HozonError): void => {
        full = why
        cancel()
      }
      signal?.addEventListener('abort', cancel, { once: true })
      const taken = await room.take({ paths: [path], stop })
      try {
        const { bytes } = await call<ReadAnswer>('read', read)
        return { path, bytes, release: () => void remove() }
      } catch (error) {
        await remove()
        throw full ?? error
      } finally {
        taken.release()
        signal?.removeEventListener('abort', cancel)
      }
    },
    async close() {
      const process = running
      running = undefined
      process?.idle?.abort()
      process?.child.kill()
      await process?.calls.exited
    },
  }
}
