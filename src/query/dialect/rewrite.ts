import type { ResolvedTable } from '../engine/protocol.ts'
import type { Node } from './ast.ts'

export function rewrite(tree: Node, _tables: ResolvedTable[]): Node {
  return tree
}
