/** CAST … AS varchar prints as Trino does; CAST of a double to an integer rounds half up; JSON casts look inside. */
import { call, contentOf, isNode, stringOf, textOf, type Node } from '../ast.ts'
import type { NodeRules, RuleContext } from '../rewrite.ts'
import { template } from '../template.ts'
import { refuse } from './refused.ts'

const TEXT_TYPES = new Set(['var_char', 'text', 'string', 'char'])
const INTEGER_TYPES = new Set(['tiny_int', 'small_int', 'int', 'big_int'])

export const castNodes: NodeRules = {
  cast: (cast, context) => rewriteCast(cast, context, false),
  try_cast: (cast, context) => rewriteCast(cast, context, true),
}

function rewriteCast(cast: Node, context: RuleContext, isTry: boolean): unknown {
  const type = cast['to']
  if (!isNode(type)) return undefined
  const name = textOf(type['data_type'])
  const value = cast['this']
  if (context.kindOf(value) === 'json') {
    const cast = jsonTexts(value, type)
    if (cast !== undefined) return isTry ? call('try', cast) : cast
  }
  if (TEXT_TYPES.has(name)) {
    const text = toText(value, type, context)
    return isTry && text !== undefined ? call('try', text) : text
  }
  // A text becomes a JSON string by CAST; DuckDB would parse it, which is json_parse.
  if (name === 'json' && context.kindOf(value) !== 'json') return toJson(value, context)
  // DuckDB takes `yes` and `on`, too.
  if (name === 'boolean' && context.kindOf(value) === 'varchar')
    return call(isTry ? '__try_boolean' : '__boolean', value)
  if (context.kindOf(value) === undefined) {
    const cast = unseenCast(value, name, type)
    if (cast !== undefined) return isTry ? call('try', cast) : cast
  }
  const changed =
    context.kindOf(value) === 'varchar'
      ? checkedText(value, name, type['timezone'] === true)
      : roundedNumber(value, name, context)
  if (changed !== undefined) {
    const made = { cast: { ...cast, this: changed } }
    return isTry ? call('try', made) : made
  }
  return nestedCast(value, type, context, isTry)
}

/** Arrays and maps of texts: numbers in them are printed as CAST does, and there is no text of an object. */
function jsonTexts(value: unknown, type: Node): unknown {
  const of = (key: string): string => (isNode(type[key]) ? textOf(type[key]['data_type']) : '')
  if (['array', 'list'].includes(textOf(type['data_type'])) && TEXT_TYPES.has(of('element_type')))
    return template('list_transform(CAST(__V AS JSON[]), __p -> __json_text(__p))', { V: value })
  if (type['data_type'] !== 'map' || !TEXT_TYPES.has(of('key_type')) || !TEXT_TYPES.has(of('value_type')))
    return undefined
  return template(
    'map_from_entries(list_transform(__entries(CAST(__V AS MAP(VARCHAR, JSON))), __p -> struct_pack(key := __p.key, value := __json_text(__p.value))))',
    { V: value },
  )
}

/** By the type that is found when the query is bound. */
function unseenCast(value: unknown, name: string, type: Node): unknown {
  if (INTEGER_TYPES.has(name))
    return {
      cast: {
        this: call('__integer_unseen', value),
        to: type,
        trailing_comments: [],
        double_colon_syntax: false,
      },
    }
  if (name === 'date') return call('__date_unseen', value)
  return name === 'timestamp' && type['timezone'] !== true ? call('__timestamp_unseen', value) : undefined
}

const INTEGER = /^[+-]?\d+$/

/** DuckDB takes more texts than Trino: 2.5 and 1_000 for integers, `inf` for a double, `2026/01/02` for a date. */
function checkedText(value: unknown, type: string, hasZone: boolean): unknown {
  const text = stringOf(value) ?? ''
  if (INTEGER_TYPES.has(type)) return INTEGER.test(text) ? undefined : call('__text_integer', value)
  if (type === 'double' || type === 'float')
    return INTEGER.test(text) ? undefined : call('__text_double', value)
  if (type === 'date') return call('__text_date', value)
  return type === 'timestamp' && !hasZone ? call('__text_timestamp', value) : undefined
}

/** DuckDB rounds halves to even, and doubles to decimals by more digits than they show. */
function roundedNumber(value: unknown, type: string, context: RuleContext): unknown {
  if (context.kindOf(value) === 'json' && INTEGER_TYPES.has(type))
    return template(
      `CASE WHEN json_type(__V) = 'DOUBLE' THEN to_json(CAST(round(CAST(__V AS DOUBLE)) AS BIGINT)) ELSE __V END`,
      { V: value },
    )
  if (context.kindOf(value) !== 'double') return undefined
  if (INTEGER_TYPES.has(type)) return call('round', value)
  return type === 'decimal' ? template('CAST(__V AS VARCHAR)', { V: value }) : undefined
}

/** Elements are cast as values are, where DuckDB would do it in its own way. */
function nestedCast(value: unknown, type: Node, context: RuleContext, isTry: boolean): unknown {
  const row = castRow(value, type, context, isTry)
  if (row !== undefined) return row
  const known = context.knownOf(value)
  const element = known?.of
  if (known?.kind === 'map' && element?.kind === 'double' && !isNumberMap(type))
    refuse('this CAST of a map of doubles')
  const wanted = type['element_type']
  if (element === undefined || !isNode(wanted) || !['list', 'structlist'].includes(known?.kind ?? ''))
    return undefined
  const item = template('__p')
  context.remember(item, element)
  const cast = { this: item, to: wanted, trailing_comments: [], double_colon_syntax: false }
  const changed = rewriteCast(cast, context, false)
  if (changed === undefined) return undefined
  const list = template('list_transform(__L, __p -> __C)', { L: value, C: changed })
  return isTry ? call('try', list) : list
}

function toText(value: unknown, type: Node, context: RuleContext): unknown {
  const length = typeof type['length'] === 'number' ? type['length'] : undefined
  if (context.kindOf(value) === 'varchar' && length === undefined) return undefined
  if (context.kindOf(value) === 'json') return cut(call('__json_text', value), length)
  if (context.kindOf(value) === 'interval') return cut(call('__interval', value), length)
  const text = context.kindOf(value) === 'varchar' ? value : call('__varchar', value)
  if (type['data_type'] === 'char') return template(`rpad(__TEXT, ${length ?? 1}, ' ')`, { TEXT: text })
  return length === undefined || context.kindOf(value) === 'varchar'
    ? cut(text, length)
    : call('__fitting', text, template(String(length)))
}

/** Maps sorted by key, times as they are printed. */
function toJson(value: unknown, context: RuleContext): unknown {
  const kind = context.kindOf(value)
  if (kind === 'map')
    return template('CAST(__json_sorted(CAST(to_json(__V) AS VARCHAR)) AS JSON)', { V: value })
  if (kind === 'decimal') return template('CAST(CAST(__V AS VARCHAR) AS JSON)', { V: value })
  if (kind === 'double') return template('CAST(__json_double(CAST(__V AS DOUBLE)) AS JSON)', { V: value })
  return call('to_json', kind === 'timestamp' || kind === 'timestamptz' ? call('__varchar', value) : value)
}

function isNumberMap(type: Node): boolean {
  return isNode(type['value_type']) && /^(double|float)$/.test(textOf(type['value_type']['data_type']))
}

/** ROW(…): its values are cast one by one. */
function castRow(value: unknown, type: Node, context: RuleContext, isTry: boolean): unknown {
  const made = contentOf(value, 'function')
  const fields = type['fields']
  if (made === undefined || textOf(made['name']) !== 'row' || !Array.isArray(fields)) return undefined
  const args = made['args'] as unknown[]
  const changed = args.map((argument, index) => {
    const field = (fields[index] as Node | undefined)?.['data_type']
    return isNode(field) ? rewriteCast({ this: argument, to: field }, context, false) : undefined
  })
  if (changed.every((argument) => argument === undefined)) return undefined
  const row = { ...made, args: args.map((argument, index) => changed[index] ?? argument) }
  const cast = {
    cast: { this: { function: row }, to: type, trailing_comments: [], double_colon_syntax: false },
  }
  return isTry ? call('try', cast) : cast
}

/** varchar(3) cuts texts in Trino, and has no room for longer ones of other values; DuckDB ignores the length. */
function cut(text: unknown, length: number | undefined): unknown {
  return length === undefined ? text : template(`left(__TEXT, ${length})`, { TEXT: text })
}
