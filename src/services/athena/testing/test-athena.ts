/** Athena's operations over a real catalog and a real store, with a query service that answers what a test says. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AwsError } from '../../../aws/errors.ts'
import type { AwsCall, Role } from '../../../aws/service.ts'
import { assert } from '../../../base/errors.ts'
import type { Catalog } from '../../../catalog/catalog.ts'
import { openCatalog } from '../../../catalog/open-catalog.ts'
import type { ExecuteOptions, Executed, QueryService, ResultColumn } from '../../../query/query.ts'
import { openLocalStore, type LocalStore } from '../../../store/local-store.ts'
import { realSys } from '../../../sys/real.ts'
import { simulatedClock, type SimulatedClock } from '../../../sys/simulated-clock.ts'
import { bindService } from '../../endpoint.ts'
import { openAthena, type Athena, type AthenaOptions } from '../athena-context.ts'
import { ATHENA } from '../service.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- tests look deep into answers, and fail where something is not there
export type Answer = Record<string, any>

/** Far more than any execution needs that ends at all. */
const LOOKS_MAX = 20_000

/** What a statement does; it writes its answer itself. */
export type Behaviour = (sql: string, options: ExecuteOptions) => Promise<Executed>

export interface TestAthena {
  catalog: Catalog
  store: LocalStore
  clock: SimulatedClock
  /** Replaced by tests. */
  behaviour: { execute: Behaviour; check: QueryService['check']; catalogs: string[] }
  failures: unknown[]
  call(operation: string, input?: object, role?: Role): Promise<Answer>
  /** Starts and waits for the end; the QueryExecution. */
  run(sql: string, input?: object, role?: Role): Promise<Answer>
  /** Until it is over. */
  end(id: string): Promise<Answer>
  /** As a new process; `orderly`: the old one was closed. */
  restart(options?: { orderly: boolean }): Promise<void>
  read(uri: string): Promise<string>
  put(bucket: string, key: string, text: string): Promise<void>
  close(): Promise<void>
}

export async function openTestAthena(): Promise<TestAthena> {
  const directory = await mkdtemp(join(tmpdir(), 'hozon-athena-'))
  const store = await openLocalStore(realSys, join(directory, 'store'))
  const clock = simulatedClock()
  const open = (): Catalog => openCatalog(join(directory, 'catalog.sqlite'), clock, realSys.random)
  const behaviour: TestAthena['behaviour'] = {
    execute: (_, options) => csvAnswer(options, ['n'], [['1']]),
    check: () => Promise.resolve(),
    catalogs: ['awsdatacatalog'],
  }
  const failures: unknown[] = []
  let copies = 0
  let catalog = open()
  const athenaOf = (of: Catalog): Athena =>
    openAthena({
      sys: { clock, random: realSys.random, files: realSys.files },
      catalog: of,
      store,
      queries: {
        run: () => Promise.reject(new Error('nobody asks for this')),
        execute: (...given) => behaviour.execute(...given),
        check: (...given) => behaviour.check(...given),
        close: () => Promise.resolve(),
      },
      tables: tablesOf(behaviour),
      directory,
      failed: (error) => void failures.push(error),
    })
  let athena = athenaOf(catalog)

  const call: TestAthena['call'] = async (name, input = {}, role = 'admin') => {
    const operation = bindService(ATHENA, athena.context).find(name)
    assert(operation !== undefined, `there is no operation ${name}`)
    const by = callBy(role)
    operation.authorize(input, by)
    return JSON.parse(JSON.stringify(await operation.handle(operation.check(input), by))) as Answer
  }
  const end: TestAthena['end'] = async (id) => {
    for (let look = 0; look < LOOKS_MAX; look++) {
      const { QueryExecution: execution } = await call('GetQueryExecution', { QueryExecutionId: id })
      if (!['QUEUED', 'RUNNING'].includes(execution.Status.State)) return execution
      // Mostly it has ended at the first looks; what the disk takes on a busy machine takes milliseconds.
      await new Promise((resolve) => (look < 100 ? setImmediate(resolve) : setTimeout(resolve, 1)))
    }
    throw new Error(`${id} never ends`)
  }
  return {
    get catalog() {
      return catalog
    },
    store,
    clock,
    behaviour,
    failures,
    call,
    end,
    async run(sql, input = {}, role = 'admin') {
      const { QueryExecutionId: id } = await call('StartQueryExecution', { QueryString: sql, ...input }, role)
      return end(id)
    },
    async restart({ orderly } = { orderly: true }) {
      if (orderly) await athena.close()
      catalog.close()
      catalog = open()
      athena = athenaOf(catalog)
    },
    async read(uri) {
      const [, bucket, key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri)!
      const copy = join(directory, `read-${copies++}`)
      await store.getFile(bucket!, key!, copy)
      return (await realSys.files.readFile(copy)).toString()
    },
    async put(bucket, key, text) {
      const path = join(directory, `put-${copies++}`)
      await writeFile(path, text)
      await store.putFile(bucket, key, path, { contentType: 'text/csv', metadata: {} })
    },
    async close() {
      await athena.close()
      catalog.close()
      await store.close()
      await rm(directory, { recursive: true })
    },
  }
}

function tablesOf(behaviour: TestAthena['behaviour']): AthenaOptions['tables'] {
  const remote = (catalog: string, database: string) => ({
    kind: 'remote' as const,
    catalog,
    database,
    name: 'users',
    columns: [{ name: 'id', key: 'id', type: 'bigint' as const }],
    partitionKeys: [],
  })
  return {
    catalogs: () => behaviour.catalogs,
    databases: () => Promise.resolve(['public']),
    tables: (catalog, database) => Promise.resolve([remote(catalog, database)]),
    table: (catalog, database, name) =>
      Promise.resolve(name === 'users' ? remote(catalog, database) : undefined),
  }
}

export function callBy(role: Role): AwsCall {
  return {
    requestId: '00000000-0000-4000-8000-000000000000',
    region: 'eu-central-1',
    accountId: '123456789012',
    accessKey: { accessKeyId: `AKIA-${role}`, secretAccessKey: 'secret', role },
    identity: Buffer.from('sixteen bytes id'),
    memory: { take: (bytes) => Buffer.allocUnsafe(bytes) },
  }
}

export const NO_WORK = { scannedBytes: 0, objects: 0, segments: 0, planMs: 0, runMs: 0 }

/** As the engines write it. */
export async function csvAnswer(
  { answerPath }: ExecuteOptions,
  names: string[],
  rows: (string | undefined)[][],
): Promise<Executed> {
  const quoted = (cell: string | undefined): string =>
    cell === undefined ? '' : `"${cell.replaceAll('"', '""')}"`
  const text = [names, ...rows].map((cells) => `${cells.map(quoted).join(',')}\n`).join('')
  const bytes = await writeFile(answerPath, text)
  const columns = names.map((name) => columnOf(name))
  return { form: 'csv', columns, rows: rows.length, answerBytes: bytes, ...NOTHING_ELSE }
}

export async function textAnswer({ answerPath }: ExecuteOptions, text: string): Promise<Executed> {
  const answerBytes = await writeFile(answerPath, text)
  const rows = text.split('\n').length - 1
  return { form: 'txt', columns: [columnOf('line')], rows, answerBytes, ...NOTHING_ELSE }
}

export const NOTHING_ELSE = {
  updateCount: undefined,
  manifest: undefined,
  stats: { ...NO_WORK, scannedBytes: 100, planMs: 2, runMs: 3 },
}

export function columnOf(name: string): ResultColumn {
  return { name, type: 'varchar', precision: 2_147_483_647, scale: 0 }
}

async function writeFile(path: string, text: string): Promise<number> {
  const bytes = Buffer.from(text)
  const file = await realSys.files.open(path, 'exclusive')
  await file.write([bytes], 0)
  await file.close()
  return bytes.length
}

/** For assert.rejects. */
export function invalid(message: string | RegExp, code?: string): object {
  return code === undefined
    ? { name: 'InvalidRequestException', message }
    : {
        name: 'InvalidRequestException',
        message,
        members: { AthenaErrorCode: code, Message: message },
      }
}

export function isAwsError(error: unknown): error is AwsError {
  return error instanceof AwsError
}
