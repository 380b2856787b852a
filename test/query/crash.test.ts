/**
 * Engines that are killed, statements that are stopped, stores that fail: each statement ends, and leaves no table, no
 * object, no plan and no private file.
 */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, describe, it } from 'node:test'
import { HozonError } from '../../src/base/errors.ts'
import type { WriteTarget } from '../../src/query/write/write-target.ts'
import { realSys } from '../../src/sys/real.ts'
import type { Child, Sys } from '../../src/sys/sys.ts'
import { openWritableLake, type WritableLake } from './writable-lake.ts'

const children: Child[] = []

/** The real system, with its children at hand to kill them. */
const sys: Sys = {
  ...realSys,
  processes: {
    ...realSys.processes,
    fork(module, options) {
      const child = realSys.processes.fork(module, options)
      children.push(child)
      return child
    },
  },
}

let lake: WritableLake
/** Replaces a method of the write target. */
let broken: Partial<WriteTarget> = {}

before(async () => {
  lake = await openWritableLake(sys, { writeBytesMax: 4_000_000 }, (target) => {
    return new Proxy(target, { get: (of, name: keyof WriteTarget) => broken[name] ?? of[name] })
  })
  await lake.execute(`CREATE TABLE there WITH (external_location = 's3://lake/there/', partitioned_by = ARRAY['p'])
    AS SELECT CAST(1 AS bigint) AS i, 1 AS p`)
})

after(() => lake.close())

afterEach(async () => {
  broken = {}
  assert.deepEqual(readdirSync(join(lake.lake.directory, 'scratch')), [])
  assert.deepEqual(lake.catalog.writes.all(), [])
  assert.deepEqual(
    lake.catalog.glue.tables('logs').map(({ name }) => name),
    ['there'],
  )
  assert.equal([...lake.catalog.glue.partitions.all('logs', 'there')].length, 1)
  assert.equal((await lake.keys('lake')).length, 1)
  assert.deepEqual(await lake.keys('results'), [])
  assert.equal(lake.lake.open, 0)
  // The service goes on.
  assert.equal((await lake.execute('SELECT 1')).rows, 1)
})

const ROWS = `FROM range(1000000000000) AS t(i)`
const STATEMENTS: Record<string, string> = {
  'CREATE TABLE AS': `CREATE TABLE made AS SELECT i ${ROWS}`,
  'CREATE TABLE AS, partitions': `CREATE TABLE made WITH (partitioned_by = ARRAY['p']) AS SELECT i, i % 3 AS p ${ROWS}`,
  'CREATE TABLE AS, text': `CREATE TABLE made WITH (format = 'TEXTFILE') AS SELECT i ${ROWS}`,
  INSERT: `INSERT INTO there SELECT i, CAST(i % 3 AS integer) ${ROWS}`,
  UNLOAD: `UNLOAD (SELECT i ${ROWS}) TO 's3://lake/out/' WITH (format = 'JSON')`,
  SELECT: `SELECT i ${ROWS}`,
}

/** How often a running statement is looked at: without a pause the engine would get half of a machine of two cores. */
const POLL_MS = 10

/** Bytes in private folders and in the answer. */
function bytesWritten(answer: string): number {
  const folder = join(lake.lake.directory, 'scratch')
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const sizes = names.map((name) => sizeOf(join(folder, name)))
  return sizes.reduce((sum, size) => sum + size, existsSync(answer) ? sizeOf(answer) : 0)
}

function sizeOf(path: string): number {
  try {
    const found = statSync(path)
    return found.isFile() ? found.size : 0
  } catch {
    // Just removed.
    return 0
  }
}

let interruptions = 0

/** Starts the statement, does `harm` when more than `bytes` are written, and returns the error that it ends with. */
async function interrupted(sql: string, bytes: number, harm: () => void, options = {}): Promise<HozonError> {
  const answerPath = join(lake.lake.directory, `interrupted-${++interruptions}`)
  let over = false
  const running = lake.execute(sql, { answerPath, ...options })
  const ended = running.then(
    () => assert.fail('it ended by itself'),
    (error: unknown) => error,
  )
  void ended.finally(() => (over = true))
  while (!over && bytesWritten(answerPath) <= bytes) await realSys.clock.sleep(POLL_MS)
  do {
    harm()
    await realSys.clock.sleep(POLL_MS)
    // Before anything is written the statement may have another engine in the meantime.
  } while (!over && bytes < 0)
  const error = await ended
  assert.ok(error instanceof HozonError, String(error))
  return error
}

describe('an engine is killed', () => {
  for (const [name, sql] of Object.entries(STATEMENTS)) {
    for (const bytes of [-1, 0]) {
      it(`${name}, with more than ${bytes} bytes written`, async () => {
        const error = await interrupted(sql, bytes, () => children.at(-1)!.kill('SIGKILL'))
        assert.equal(error.code, 'HOZON_SQL_FAILED', error.message)
      })
    }
  }
})

describe('a statement is stopped', () => {
  for (const [name, sql] of Object.entries(STATEMENTS)) {
    it(`by its caller: ${name}`, async () => {
      const stop = new AbortController()
      const error = await interrupted(sql, 0, () => stop.abort(), { signal: stop.signal })
      assert.equal(error.code, 'HOZON_SQL_CANCELLED', error.message)
    })
  }

  it('by the limit of its files', async () => {
    for (const name of ['CREATE TABLE AS', 'INSERT', 'UNLOAD']) {
      const error = await interrupted(STATEMENTS[name]!, Infinity, () => {})
      assert.match(error.message, /larger than 4000000 bytes/, name)
    }
  })

  it('by its time', async () => {
    const error = await interrupted(STATEMENTS['CREATE TABLE AS']!, Infinity, () => {}, { timeoutMs: 300 })
    assert.equal(error.code, 'HOZON_SQL_TIMEOUT')
  })
})

describe('a step after the engine fails', () => {
  const SMALL = [
    `CREATE TABLE made WITH (partitioned_by = ARRAY['p']) AS SELECT i, i % 5 AS p FROM range(10) AS t(i)`,
    `INSERT INTO there SELECT i, CAST(i % 5 AS integer) FROM range(10) AS t(i)`,
    `UNLOAD (SELECT i, i % 5 AS p FROM range(10) AS t(i)) TO 's3://lake/out/' WITH (partitioned_by = ARRAY['p'])`,
  ]
  const fails = async (sql: string, text: string): Promise<void> => {
    await assert.rejects(lake.execute(sql), (error) => error instanceof Error && error.message.includes(text))
  }

  it('a put: those before it are taken back', async () => {
    for (const sql of SMALL) {
      let puts = 0
      const { target } = lake
      broken = {
        put: async (object, path) => {
          if (++puts === 4) throw new Error('no room')
          await target.put(object, path)
        },
      }
      await fails(sql, 'no room')
      assert.equal(puts, 4)
    }
  })

  it('the commit: everything is taken back', async () => {
    for (const sql of SMALL) {
      broken = {
        commit: () => {
          throw new Error('the catalog is gone')
        },
      }
      await fails(sql, 'the catalog is gone')
    }
  })

  it('the table has come, or gone, in the meantime', async () => {
    const { target } = lake
    broken = {
      put: async (object, path) => {
        lake.catalog.glue.createTable({ database: 'logs', name: 'made', definition: '{"Name":"made"}' })
        await target.put(object, path)
      },
    }
    await fails(SMALL[0]!, 'already exists')
    lake.catalog.glue.deleteTable('logs', 'made')
    const definition = lake.catalog.glue.table('logs', 'there')!.definition
    const [partition] = [...lake.catalog.glue.partitions.all('logs', 'there')]
    broken = {
      put: async (object, path) => {
        lake.catalog.glue.deleteTable('logs', 'there')
        await target.put(object, path)
      },
    }
    await fails(SMALL[1]!, 'does not exist')
    lake.catalog.glue.createTable({ database: 'logs', name: 'there', definition })
    lake.catalog.glue.partitions.create('logs', 'there', partition!)
  })
})
