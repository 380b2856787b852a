/** Long lists of constants, as place-lists.ts has placed them: one text that the engine splits. */
import { assert } from '../../../base/errors.ts'
import { stringLiteral, type Node } from '../ast.ts'
import { constantListOf, literalsOf, type ConstantList } from '../constant-list.ts'
import type { NodeRules } from '../rewrite.ts'
import { template } from '../template.ts'

export const listNodes: NodeRules = {
  /** An array. */
  constant_list(content) {
    const list = constantListOf({ constant_list: content })!
    if (separatorOf(list.values) !== undefined) return arrayOf(list)
    const array = template('[0]') as { array_func: Node }
    return { array_func: { ...array.array_func, expressions: literalsOf(list) } }
  },
  in_list(content) {
    const list = constantListOf({ constant_list: content['list'] })!
    const holes = { X: content['this'], L: valuesOf(list) }
    if (content['form'] === 'join')
      return list.hasNull
        ? template('(__X IN (SELECT unnest(list_append(__L, NULL))))', holes)
        : template('(__X IN (SELECT unnest(__L)))', holes)
    // Not equal to any, and one is NULL: NULL.
    return list.hasNull
      ? template('CASE WHEN list_contains(__L, __X) THEN true END', holes)
      : template('list_contains(__L, __X)', holes)
  },
}

function arrayOf(list: ConstantList): unknown {
  const isShort = list.kind === 'integer' && list.values.every((value) => Math.abs(Number(value)) < 2 ** 31)
  return isShort ? template('CAST(__L AS INTEGER[])', { L: valuesOf(list) }) : valuesOf(list)
}

function valuesOf({ kind, values }: ConstantList): unknown {
  const separator = separatorOf(values)
  assert(separator !== undefined, 'it was looked for before')
  const texts = { T: stringLiteral(values.join(separator)), S: stringLiteral(separator) }
  return kind === 'varchar'
    ? template('string_split(__T, __S)', texts)
    : template('CAST(string_split(__T, __S) AS BIGINT[])', texts)
}

const SEPARATORS = [',', '|', ';', '\t', '\n', '\u0001', '\u0002', '\u0003', '\u0004']

/** That no value has. */
export function separatorOf(values: readonly string[]): string | undefined {
  return SEPARATORS.find((separator) => !values.some((value) => value.includes(separator)))
}
