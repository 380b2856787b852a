/**
 * What is known of an expression's type: enough to choose between rewrites. Columns come from the catalog; names that
 * a query makes itself (aliases, UNNEST) from their expressions. A name with two meanings has none: rules then leave
 * the expression as it is, and DuckDB refuses what does not fit.
 */
import type { ColumnType, ScalarType } from '../../base/schema.ts'
import type { ResolvedTable } from '../engine/protocol.ts'
import { contentOf, isNode, nameOf, tagOf, textOf, walkTree, type Node } from './ast.ts'

export type Kind =
  | 'boolean'
  | 'integer'
  | 'decimal'
  | 'double'
  | 'varchar'
  | 'binary'
  | 'json'
  | 'date'
  | 'timestamp'
  | 'timestamptz'
  | 'struct'
  | 'map'
  | 'list'
  | 'structlist'

export type KindOf = (node: unknown) => Kind | undefined

type Names = Map<string, Kind | undefined>

const FUNCTION_KINDS: Record<Kind, string> = {
  map: 'map map_agg histogram split_to_map map_concat map_filter transform_values transform_keys map_from_entries multimap_agg map_union map_zip_with approx_most_frequent',
  list: 'split array_agg filter transform list_transform list_filter sequence map_keys map_values slice array_sort array_distinct array_union array_intersect array_except array_remove regexp_extract_all regexp_split flatten zip zip_with approx_set list_append list_prepend list_reverse repeat ngrams shuffle combinations trim_array list_reverse_sort',
  structlist: 'map_entries',
  struct: 'row',
  date: 'date last_day_of_month from_iso8601_date current_date',
  timestamp: 'date_parse strptime localtimestamp',
  timestamptz: 'now current_timestamp from_iso8601_timestamp from_unixtime parse_datetime with_timezone',
  binary: 'to_utf8 from_hex from_base64 md5 sha1 sha256 sha512 encode unhex to_big_endian_64',
  json: 'json_extract json_parse json_array_get json_query parse_json',
  varchar:
    'lower upper trim ltrim rtrim substr substring replace concat_ws json_extract_scalar json_format json_value regexp_extract regexp_replace split_part url_extract_host url_extract_path url_extract_query url_extract_parameter url_extract_protocol url_extract_fragment url_encode url_decode date_format format_datetime strftime to_iso8601 array_join to_hex to_base64 lpad rpad listagg chr typeof format __varchar',
  double:
    'sqrt cbrt ln log log2 log10 exp power pow avg stddev stddev_pop stddev_samp variance var_pop var_samp corr random rand pi e sin cos tan asin acos atan atan2 radians degrees nan infinity to_unixtime approx_percentile geometric_mean covar_pop covar_samp regr_slope regr_intercept',
  integer:
    'count length strpos position cardinality year month day hour minute second millisecond week quarter day_of_week day_of_month day_of_year date_diff json_array_length json_size approx_distinct count_if row_number rank dense_rank ntile bitwise_and bitwise_or bitwise_xor levenshtein_distance codepoint regexp_count from_base url_extract_port crc32 bit_count len',
  boolean:
    'regexp_like contains starts_with is_nan is_finite is_infinite any_match all_match none_match bool_and bool_or every json_array_contains',
  decimal: '',
}

/** Functions whose answer is of the type of their first argument. */
const LIKE_ARGUMENT = new Set(
  'coalesce max min sum abs round greatest least nullif arbitrary any_value first_value last_value lag lead nth_value if max_by min_by reverse date_trunc element_of ceil ceiling floor truncate'.split(
    ' ',
  ),
)

const byFunction = new Map<string, Kind>()
for (const [kind, names] of Object.entries(FUNCTION_KINDS)) {
  for (const name of names.split(' ')) byFunction.set(name, kind as Kind)
}

const BY_DATA_TYPE: Record<string, Kind> = {
  boolean: 'boolean',
  tiny_int: 'integer',
  small_int: 'integer',
  int: 'integer',
  big_int: 'integer',
  float: 'double',
  double: 'double',
  decimal: 'decimal',
  var_char: 'varchar',
  char: 'varchar',
  text: 'varchar',
  string: 'varchar',
  var_binary: 'binary',
  blob: 'binary',
  binary: 'binary',
  json: 'json',
  date: 'date',
  map: 'map',
  struct: 'struct',
}

/** The oracle of one statement. */
export function kindsOf(tree: Node, tables: ResolvedTable[]): KindOf {
  const names: Names = new Map()
  for (const table of tables) {
    for (const column of table.columns) note(names, column.name, kindOfColumn(column.type))
    for (const key of table.partitionKeys) note(names, key, 'varchar')
    note(names, '_extra', 'varchar')
  }
  const fromTables = new Map(names)
  // Twice: an alias may be made of an alias of an inner query.
  for (let pass = 0; pass < 2; pass++) {
    const known = new Map(names)
    const seen = new Map(fromTables)
    noteOwnNames(tree, seen, (node) => kindOf(node, known))
    names.clear()
    for (const [name, kind] of seen) names.set(name, kind)
  }
  return (node) => kindOf(node, names)
}

const BY_COLUMN_TYPE: Record<ScalarType, Kind> = {
  boolean: 'boolean',
  tinyint: 'integer',
  smallint: 'integer',
  int: 'integer',
  bigint: 'integer',
  float: 'double',
  double: 'double',
  varchar: 'varchar',
  binary: 'binary',
  date: 'date',
  timestamp: 'timestamp',
}

function kindOfColumn(type: ColumnType): Kind {
  if (typeof type === 'string') return BY_COLUMN_TYPE[type]
  if ('list' in type) return typeof type.list === 'object' && 'struct' in type.list ? 'structlist' : 'list'
  if ('struct' in type) return 'struct'
  if ('map' in type) return 'map'
  return 'decimal' in type ? 'decimal' : 'varchar'
}

function note(names: Names, name: string, kind: Kind | undefined): void {
  const key = name.toLowerCase()
  names.set(key, !names.has(key) || names.get(key) === kind ? kind : undefined)
}

function noteOwnNames(tree: Node, names: Names, kind: KindOf): void {
  walkTree(tree, (node) => {
    const alias = contentOf(node, 'alias')
    if (alias !== undefined) noteAlias(alias, names, kind)
    const lambda = contentOf(node, 'lambda')
    // Parameters hide columns, inside the lambda only: which is which is not followed here.
    for (const parameter of (lambda?.['parameters'] ?? []) as Node[]) hide(names, nameOf(parameter))
    if (Array.isArray(node['ctes'])) {
      for (const cte of node['ctes'] as Node[])
        for (const column of (cte['columns'] ?? []) as Node[]) hide(names, nameOf(column))
    }
    const subquery = contentOf(node, 'subquery')
    for (const column of (subquery?.['column_aliases'] ?? []) as Node[]) hide(names, nameOf(column))
  })
}

function noteAlias(alias: Node, names: Names, kind: KindOf): void {
  const columns = (alias['column_aliases'] ?? []) as Node[]
  if (columns.length > 0) for (const column of columns) hide(names, nameOf(column))
  else if (tagOf(alias['this']) === 'unnest') hide(names, nameOf(alias['alias']))
  else {
    const name = nameOf(alias['alias'])
    // `max(x) AS x` names what it is made of; taking it for a second meaning would lose both.
    if (name !== undefined) note(names, name, kind(alias['this']))
  }
}

function hide(names: Names, name: string | undefined): void {
  if (name !== undefined) names.set(name.toLowerCase(), undefined)
}

function kindOf(node: unknown, names: Names): Kind | undefined {
  const tag = tagOf(node)
  if (tag === undefined) return undefined
  const content = (node as Node)[tag]
  if (tag === 'interval' || !isNode(content)) return undefined
  if (tag === 'column') return names.get((nameOf(content['name']) ?? '').toLowerCase())
  if (tag === 'literal') return kindOfLiteral(content)
  if (tag === 'paren' || tag === 'neg' || tag === 'alias') return kindOf(content['this'], names)
  if (tag === 'cast' || tag === 'try_cast') return kindOfDataType(content['to'])
  if (tag === 'function' || tag === 'aggregate_function') return kindOfCall(content, names)
  if (/^(array|array_func|array_constructor|list)$/.test(tag)) return kindOfArray(content, names)
  if (ARITHMETIC.has(tag))
    return kindOfArithmetic(tag, kindOf(content['left'], names), kindOf(content['right'], names))
  if (tag === 'concat') return kindOf(content['left'], names)
  if (tag === 'window_function') return kindOf(content['this'], names)
  if (LIKE_ARGUMENT.has(tag))
    return kindOf(content['this'] ?? (content['expressions'] as unknown[] | undefined)?.[0], names)
  if (tag === 'case') return kindOf((content['whens'] as unknown[][] | undefined)?.[0]?.[1], names)
  return byFunction.get(tag) ?? BY_TAG[tag]
}

const ARITHMETIC = new Set(['add', 'sub', 'mul', 'div', 'mod'])

/** Nodes that polyglot makes of functions under another name than Trino's. */
const BY_TAG: Record<string, Kind> = {
  ts_or_ds_to_date: 'date',
  array_concat: 'list',
  array_length: 'integer',
  str_position: 'integer',
  from_iso8601_timestamp: 'timestamptz',
  json_extract_string: 'varchar',
  at_time_zone: 'timestamp',
}

function kindOfLiteral(literal: Node): Kind | undefined {
  const type = textOf(literal['literal_type'])
  const value = textOf(literal['value'])
  if (type === 'number') return /e/i.test(value) ? 'double' : value.includes('.') ? 'decimal' : 'integer'
  if (type === 'string') return 'varchar'
  if (type === 'date') return 'date'
  if (type === 'hex_string') return 'binary'
  return type === 'timestamp' ? 'timestamp' : undefined
}

function kindOfDataType(type: unknown): Kind | undefined {
  if (!isNode(type)) return undefined
  const name = textOf(type['data_type'])
  if (name === 'timestamp') return type['timezone'] === true ? 'timestamptz' : 'timestamp'
  if (name === 'array' || name === 'list')
    return kindOfDataType(type['element_type']) === 'struct' ? 'structlist' : 'list'
  return BY_DATA_TYPE[name]
}

function kindOfCall(call: Node, names: Names): Kind | undefined {
  const name = textOf(call['name']).toLowerCase()
  const args = Array.isArray(call['args']) ? call['args'] : []
  if (name === 'array_agg' && ['struct', 'map'].includes(kindOf(args[0], names) ?? '')) return 'structlist'
  if (LIKE_ARGUMENT.has(name)) return kindOf(args[name === 'date_trunc' || name === 'if' ? 1 : 0], names)
  if (name === 'date_add') return kindOf(args[2], names)
  return byFunction.get(name)
}

function kindOfArray(content: Node, names: Names): Kind {
  const first = ((content['expressions'] ?? []) as unknown[])[0]
  return kindOf(first, names) === 'struct' ? 'structlist' : 'list'
}

function kindOfArithmetic(tag: string, left: Kind | undefined, right: Kind | undefined): Kind | undefined {
  if (left === 'date' || left === 'timestamp' || left === 'timestamptz') return left
  if (left === 'double' || right === 'double') return 'double'
  if (left === 'integer' && right === 'integer') return 'integer'
  const exact = (kind: Kind | undefined): boolean => kind === 'integer' || kind === 'decimal'
  if (exact(left) && exact(right)) return 'decimal'
  return tag === 'add' && right === 'date' ? 'date' : undefined
}
