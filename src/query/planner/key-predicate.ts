/** From conditions on a table's columns to what its partitions and files can be asked. */
import type { ColumnType } from '../../base/schema.ts'
import type { Node } from '../dialect/ast.ts'
import type { ResolvedTable } from '../engine/protocol.ts'
import type { Condition, Conditions } from './conditions.ts'
import { civilMs, isText, keyConstant, type Constant } from './key-value.ts'
import { mapLeaves, type PartitionPredicate } from './predicate.ts'

const ANY: PartitionPredicate = { kind: 'any' }

/**
 * @param conditions without qualifiers
 * @param note gets the expressions whose values would tell more
 */
export function keyPredicate(
  conditions: Conditions,
  table: Pick<ResolvedTable, 'partitionKeys' | 'keyTypes' | 'timeColumn'>,
  note: (expression: Node) => void = () => {},
): PartitionPredicate {
  const types = new Map(table.partitionKeys.map((key, index) => [key, table.keyTypes?.[index] ?? 'varchar']))
  return mapLeaves(conditions, (leaf): PartitionPredicate => {
    const type = types.get(leaf.column.name)
    if (type === undefined && leaf.column.name !== table.timeColumn) return ANY
    for (const value of valuesOf(leaf)) if (value.kind === 'expression') note(value.node)
    return type === undefined ? timeLeaf(leaf) : keyLeaf(leaf, type)
  })
}

function valuesOf(leaf: Condition): Constant[] {
  if (leaf.kind === 'compare') return [leaf.value]
  return leaf.kind === 'in' ? leaf.values : []
}

function keyLeaf(leaf: Condition, type: ColumnType): PartitionPredicate {
  const column = leaf.column.name
  if (leaf.kind === 'null') return { kind: 'null', column, isNull: leaf.isNull }
  if (leaf.kind === 'prefix') return isText(type) ? { kind: 'prefix', column, prefix: leaf.prefix } : ANY
  if (leaf.kind === 'compare') {
    const value = keyConstant(leaf.value, type)
    return value === undefined ? ANY : { kind: 'compare', column, operator: leaf.operator, value }
  }
  const values = leaf.values.map((value) => keyConstant(value, type))
  return values.every((value) => value !== undefined) ? { kind: 'in', column, values } : ANY
}

function timeLeaf(leaf: Condition): PartitionPredicate {
  if (leaf.kind !== 'compare') return ANY
  const { value } = leaf
  const ms = value.kind === 'instant' ? value.ms : value.kind === 'text' ? civilMs(value.text) : undefined
  return ms === undefined ? ANY : { kind: 'time', operator: leaf.operator, ms }
}
