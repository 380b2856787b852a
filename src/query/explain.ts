/** EXPLAIN: what a statement would read, and how the engine would run it. */
import { HozonError } from '../base/errors.ts'
import type { EngineCall } from './engine/engine-pool.ts'
import type { ExplainRequest, Limits } from './engine/protocol.ts'
import type { TextAnswer } from './ddl/ddl-context.ts'
import type { QueryPlan } from './planner/plan-query.ts'
import type { QueryStatement } from './statement/statement.ts'

type Explain = Extract<QueryStatement, { kind: 'explain' }>

export async function explainPlan(
  call: EngineCall,
  statement: Explain,
  plan: QueryPlan,
  limits: Limits,
): Promise<TextAnswer> {
  const { analyze, type, format } = statement
  const { sql, scans, reads } = plan
  // What the engine takes is what it would run.
  const request: ExplainRequest = { sql, scans, limits, analyze, format }
  const text = await call<string>('explain', request)
  if (type === 'VALIDATE') return answer('Valid', 'boolean', ['true'])
  if (type === 'IO') return answer('Query Plan', 'varchar', [JSON.stringify({ inputTables: reads })])
  if (format !== 'TEXT') return answer('Query Plan', 'varchar', text.trimEnd().split('\n'))
  const lines = reads.map(
    ({ table, objects, segments, bytes }) =>
      `TableScan[table = ${table}, objects = ${objects}, bytes = ${bytes}${segments === 0 ? '' : `, segments of the buffer = ${segments}`}]`,
  )
  return answer('Query Plan', 'varchar', [...lines, ...text.trimEnd().split('\n')])
}

export function requireQuery({ sql }: Explain): void {
  if (/^\s*(SELECT|WITH|VALUES|TABLE|\()/i.test(sql.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ''))) return
  const hint = 'EXPLAIN SELECT … shows the plan of what a statement reads'
  throw new HozonError('HOZON_SQL_FORBIDDEN', 'NOT_SUPPORTED: only queries can be explained', {
    op: 'explain',
    hint,
  })
}

function answer(name: string, type: string, lines: string[]): TextAnswer {
  return { columns: [{ name, type, precision: 0, scale: 0 }], rows: lines.map((line) => [line]) }
}
