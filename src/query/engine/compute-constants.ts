/**
 * Values of expressions without columns that partition keys are compared with, computed by the engine itself before the
 * files are chosen. What can not be computed is left out: then nothing is left out because of it.
 */
import {
  DuckDBTypeId,
  type DuckDBConnection,
  type DuckDBDecimalValue,
  type DuckDBType,
} from '@duckdb/node-api'
import { DAY_MS } from '../../base/civil-date.ts'
import { realClock } from '../../sys/real-clock.ts'
import type { Node } from '../dialect/ast.ts'
import { defineFunctions } from '../dialect/define-functions.ts'
import { generateDuckDb, parseTrino } from '../dialect/polyglot.ts'
import { rewrite } from '../dialect/rewrite.ts'
import { stopClock } from '../dialect/stop-clock.ts'
import type { Constant } from '../planner/key-value.ts'
import { checkStatement } from './gate.ts'
import { lockEngine, type Engine } from './instance.ts'
import { qualifyMacros, type QualifiedSql } from './qualify-macros.ts'
import { serialize } from './run-query.ts'

/** A statement has a few; more are a list that somebody generated, of literals. Each takes a millisecond. */
const EXPRESSIONS_MAX = 64
/** All together: afterwards the statement reads more than it had to. */
const COMPUTE_MS = 1000
const TEXT_MAX = 1024

const LIMITS = { memoryMiB: 64, threads: 1, spillDirectory: '', spillMiB: 0, rowsMax: 1, resultBytesMax: 0 }

/** Functions that are another value each time; of the clock's, those that stopClock() leaves. */
const NOT_CONSTANT: ReadonlySet<string> = new Set(
  (
    'random shuffle uuid gen_random_uuid uuidv4 uuidv7 now current_timestamp localtimestamp current_date ' +
    'transaction_timestamp get_current_timestamp current_localtimestamp today current_time get_current_time ' +
    'localtime current_localtime age ago'
  ).split(' '),
)

export async function computeConstants(
  engine: Engine,
  expressions: readonly Node[],
  nowMs: number,
): Promise<Map<Node, Constant>> {
  const { connection } = engine
  const prepared = new Map<Node, QualifiedSql>()
  for (const expression of expressions.slice(0, EXPRESSIONS_MAX)) {
    const sql = await prepare(connection, expression, nowMs)
    if (sql !== undefined) prepared.set(expression, sql)
  }
  await defineFunctions(connection, new Set([...prepared.values()].flatMap(({ macros }) => [...macros])))
  await lockEngine(engine, [], LIMITS)
  return inTime(connection, () => readEach(connection, prepared))
}

async function prepare(
  connection: DuckDBConnection,
  expression: Node,
  nowMs: number,
): Promise<QualifiedSql | undefined> {
  try {
    const [query] = parseTrino('SELECT 1') as [{ select: Node }]
    const tree = { select: { ...query.select, expressions: [structuredClone(expression)] } }
    const sql = generateDuckDb(stopClock(rewrite(tree, []), nowMs))
    const calls = checkStatement(await serialize(connection, sql), new Set())
    return calls.some(({ name }) => NOT_CONSTANT.has(name)) ? undefined : qualifyMacros(sql, calls)
  } catch {
    // The statement itself will fail with it, and in its words.
    return undefined
  }
}

async function inTime<T>(connection: DuckDBConnection, use: () => Promise<T>): Promise<T> {
  const done = new AbortController()
  void realClock.sleep(COMPUTE_MS, done.signal).then(() => {
    if (!done.signal.aborted) connection.interrupt()
  })
  try {
    return await use()
  } finally {
    done.abort()
  }
}

async function readEach(
  connection: DuckDBConnection,
  prepared: ReadonlyMap<Node, QualifiedSql>,
): Promise<Map<Node, Constant>> {
  const endMs = realClock.monotonic() + COMPUTE_MS
  const values = new Map<Node, Constant>()
  for (const [expression, { sql }] of prepared) {
    if (realClock.monotonic() > endMs) break
    const value = await readValue(connection, sql)
    if (value !== undefined) values.set(expression, value)
  }
  return values
}

async function readValue(connection: DuckDBConnection, sql: string): Promise<Constant | undefined> {
  try {
    const reader = await connection.runAndReadAll(sql)
    const [row] = reader.getRows()
    const value = row?.[0]
    return value === undefined || value === null ? undefined : toConstant(value, reader.columnTypes()[0]!)
  } catch {
    // The statement itself will fail with it, unless no row needs it.
    return undefined
  }
}

const NUMBERS: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.DECIMAL,
  DuckDBTypeId.DOUBLE,
])

function toConstant(value: NonNullable<unknown>, { typeId }: DuckDBType): Constant | undefined {
  if (typeof value === 'string')
    return typeId === DuckDBTypeId.VARCHAR && value.length <= TEXT_MAX
      ? { kind: 'text', text: value }
      : undefined
  if (typeof value === 'boolean') return { kind: 'boolean', value }
  if (NUMBERS.has(typeId)) return { kind: 'number', text: (value as bigint | DuckDBDecimalValue).toString() }
  if (typeId === DuckDBTypeId.DATE) {
    const { days } = value as { days: number }
    return { kind: 'instant', ms: days * DAY_MS, isDate: true }
  }
  if (typeId !== DuckDBTypeId.TIMESTAMP && typeId !== DuckDBTypeId.TIMESTAMP_TZ) return undefined
  const { micros } = value as { micros: bigint }
  const ms = Number(micros) / 1000
  return Number.isSafeInteger(ms) ? { kind: 'instant', ms, isDate: false } : undefined
}
