/** UNNEST of maps, of several arrays, of arrays of rows, with ordinality: a lateral subquery of unnest() calls. */
import { contentOf, isNode, nameOf, type Node } from '../ast.ts'
import type { NodeRules, RuleContext } from '../rewrite.ts'
import { selectTemplate } from '../template.ts'

export const unnestNodes: NodeRules = {
  select: (select, context) => ({ select: unnestSources(select, context) }),
}

/** FROM and JOIN items are rewritten where they stand. */
function unnestSources(select: Node, context: RuleContext): Node {
  const from = select['from']
  const joins = Array.isArray(select['joins']) ? (select['joins'] as Node[]) : []
  return {
    ...select,
    ...(isNode(from) && Array.isArray(from['expressions'])
      ? {
          from: {
            ...from,
            expressions: from['expressions'].map((source: unknown, index) =>
              expand(source, index > 0, context),
            ),
          },
        }
      : {}),
    joins: joins.map((join) => ({ ...join, this: expand(join['this'], true, context) })),
  }
}

function expand(source: unknown, isLateral: boolean, context: RuleContext): unknown {
  const alias = contentOf(source, 'alias')
  const unnest = contentOf(alias === undefined ? source : alias['this'], 'unnest')
  if (unnest === undefined) return source
  const values = [unnest['this'], ...((unnest['expressions'] ?? []) as unknown[])]
  const names = ((alias?.['column_aliases'] ?? []) as Node[]).map((column) => nameOf(column) ?? '')
  const title = nameOf(alias?.['alias']) ?? nameOf(unnest['alias']) ?? 'unnested'
  return subquery(
    values,
    { names, title, isLateral, hasOrdinality: unnest['with_ordinality'] === true },
    context,
  )
}

interface Shape {
  names: string[]
  title: string
  isLateral: boolean
  hasOrdinality: boolean
}

function subquery(values: unknown[], shape: Shape, context: RuleContext): unknown {
  const dataNames = shape.names.length - (shape.hasOrdinality ? 1 : 0)
  const isSingle = values.length === 1
  const holes: Record<string, unknown> = {}
  const columns = values.map((value, index) => {
    const hole = `__V${index}`
    holes[`V${index}`] = value
    const kind = context.kindOf(value)
    if (kind === 'map')
      return `unnest(map_keys(${hole})) AS c${index}k, unnest(map_values(${hole})) AS c${index}v`
    const isRows = kind === 'structlist' || (isSingle && dataNames > 1)
    return isRows ? `unnest(${hole}, max_depth := 2)` : `unnest(${hole}) AS c${index}`
  })
  if (shape.hasOrdinality) columns.push(`unnest(range(1, ${longest(values, context)} + 1)) AS n`)
  const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
  const names = shape.names.length === 0 ? '' : `(${shape.names.map(quoted).join(', ')})`
  const lateral = shape.isLateral ? 'LATERAL ' : ''
  const sql = `SELECT * FROM x CROSS JOIN ${lateral}(SELECT ${columns.join(', ')}) AS ${quoted(shape.title)}${names}`
  const joins = selectTemplate(sql, holes)['joins'] as Node[]
  return joins[0]!['this']
}

/** Number of rows: shorter arrays are filled up with NULLs. */
function longest(values: unknown[], context: RuleContext): string {
  const lengths = values.map((value, index) =>
    context.kindOf(value) === 'map' ? `CAST(cardinality(__V${index}) AS BIGINT)` : `len(__V${index})`,
  )
  return lengths.length === 1 ? lengths[0]! : `list_max([${lengths.join(', ')}])`
}
