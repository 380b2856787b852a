/**
 * Puts the time at which a statement began in the place of `now()` and the like, in DuckDB's tree: the files of a
 * statement are chosen before it runs, and a midnight between the two must not make it look for others.
 */
import { contentOf, isNode, mapTree, stringLiteral, tagOf, textOf, type Node } from './ast.ts'
import { template } from './template.ts'

const TIMES: Readonly<Record<string, (iso: string) => unknown>> = {
  now: zoned,
  current_timestamp: zoned,
  localtimestamp: (iso) => template('CAST(__T AS TIMESTAMP)', { T: stringLiteral(iso.replace('Z', '')) }),
  current_date: (iso) => template('CAST(__T AS DATE)', { T: stringLiteral(iso.slice(0, 10)) }),
}

export function stopClock(tree: Node, nowMs: number): Node {
  const iso = new Date(nowMs).toISOString()
  return mapTree(tree, (node) => timeOf(node)?.(iso) ?? node) as Node
}

function timeOf(node: Node): ((iso: string) => unknown) | undefined {
  const tag = tagOf(node) ?? ''
  const call = contentOf(node, 'function')
  const args = call?.['args']
  const name = call === undefined ? tag : textOf(call['name']).toLowerCase()
  // `"now"` is a column, whose quotes the parser forgets.
  const isColumn = name === 'now' && call?.['no_parens'] === true
  const isPlain = call === undefined ? isTime(node[tag]) : Array.isArray(args) && args.length === 0
  return isPlain && !isColumn && Object.hasOwn(TIMES, name) ? TIMES[name] : undefined
}

/** A node of its own, and no part of another that happens to be called so. */
function isTime(content: unknown): boolean {
  return content === null || isNode(content)
}

function zoned(iso: string): unknown {
  return template('CAST(__T AS TIMESTAMPTZ)', { T: stringLiteral(iso) })
}
