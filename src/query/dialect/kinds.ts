/**
 * What is known of an expression's type: enough to choose between rewrites. Columns come from the catalog; names that
 * a query makes itself (aliases, UNNEST) from their expressions. A name with two meanings has none: rules then leave
 * the expression as it is, and DuckDB refuses what does not fit.
 */
import type { ColumnType, ScalarType } from '../../base/schema.ts'
import type { ResolvedTable } from '../engine/protocol.ts'
import { contentOf, isNode, nameOf, stringOf, tagOf, textOf, walkTree, type Node } from './ast.ts'

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
  /** An instant with a zone of its own. Its value is the clock in that zone, a timestamp: see rules/zones.ts. */
  | 'zoned'
  | 'interval'
  | 'ip'
  | 'struct'
  | 'map'
  | 'list'
  | 'structlist'

/** What is known of a type: of decimals also the digits after the point, of zoned times the zone, of others their parts. */
export interface Known {
  kind: Kind
  scale?: number
  zone?: string
  /** `varchar(3)`, where a length is named. */
  sized?: string
  /** Elements of a list, values of a map. */
  of?: Known
  fields?: ReadonlyMap<string, Known | undefined>
}

export interface Oracle {
  knownOf(node: unknown): Known | undefined
  kindOf(node: unknown): Kind | undefined
  /** Keeps what is known of a node for what stands for it now. */
  remember(node: unknown, known: Known | undefined): void
}

interface Scope {
  names: Names
  rewritten: WeakMap<object, Known>
}

type Names = Map<string, Known | undefined>

const FUNCTION_KINDS: Record<Kind, string> = {
  map: 'map map_agg histogram split_to_map map_concat map_filter transform_values transform_keys map_from_entries multimap_agg map_union map_zip_with approx_most_frequent',
  list: 'split array_agg filter transform list_transform list_filter sequence map_keys map_values slice array_sort array_distinct array_union array_intersect array_except array_remove regexp_extract_all regexp_split flatten zip zip_with approx_set list_append list_prepend list_reverse repeat ngrams shuffle combinations trim_array list_reverse_sort',
  structlist: 'map_entries',
  struct: 'row',
  date: 'date last_day_of_month from_iso8601_date current_date',
  timestamp: 'date_parse strptime localtimestamp',
  timestamptz:
    'now current_timestamp from_iso8601_timestamp from_unixtime from_unixtime_nanos parse_datetime to_timestamp',
  zoned: 'at_timezone with_timezone',
  interval: 'parse_duration to_days',
  ip: 'ip_subnet_min ip_subnet_max',
  binary:
    'to_utf8 from_hex from_base64 md5 sha1 sha256 sha512 hmac_md5 hmac_sha1 hmac_sha256 hmac_sha512 from_base32 from_base64url encode unhex to_big_endian_64 to_big_endian_32',
  json: 'json_extract json_parse json_array_get parse_json',
  varchar:
    'lower upper trim ltrim rtrim substr substring replace concat_ws json_extract_scalar json_format json_value regexp_extract regexp_replace split_part url_extract_host url_extract_path url_extract_query url_extract_parameter url_extract_protocol url_extract_fragment url_encode url_decode date_format format_datetime strftime to_iso8601 array_join to_hex to_base64 lpad rpad listagg chr typeof format __varchar json_query json_object json_array upper lower normalize soundex format_number to_base32 to_base64url to_base human_readable_seconds current_timezone translate from_utf8 ip_prefix',
  double:
    'sqrt cbrt ln log log2 log10 exp power pow avg stddev stddev_pop stddev_samp variance var_pop var_samp corr random rand pi e sin cos tan asin acos atan atan2 radians degrees nan infinity to_unixtime geometric_mean covar_pop covar_samp regr_slope regr_intercept',
  integer:
    'count length strpos position cardinality year month day hour minute second millisecond week quarter day_of_week day_of_month day_of_year date_diff json_array_length json_size approx_distinct count_if row_number rank dense_rank ntile bitwise_and bitwise_or bitwise_xor levenshtein_distance codepoint regexp_count from_base url_extract_port crc32 bit_count len year_of_week yow dow doy array_position bitwise_not bitwise_left_shift bitwise_right_shift bitwise_right_shift_arithmetic to_milliseconds hamming_distance timezone_hour timezone_minute regexp_position week_of_year bitwise_and_agg bitwise_or_agg bitwise_xor_agg dayofweek dayofyear str_position',
  boolean:
    'regexp_like contains starts_with is_nan is_finite is_infinite any_match all_match none_match bool_and bool_or every json_array_contains json_exists is_json_scalar luhn_check arrays_overlap ends_with',
  decimal: '',
}

/** Functions whose answer is of the type of their first argument. */
const LIKE_ARGUMENT = new Set(
  'coalesce max min sum abs round greatest least nullif arbitrary any_value first_value last_value lag date_add lead nth_value if max_by min_by reverse date_trunc element_of ceil ceiling floor truncate approx_percentile sign mod array_max array_min'.split(
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
export function oracleOf(tree: Node, tables: ResolvedTable[]): Oracle {
  const rewritten = new WeakMap<object, Known>()
  let names: Names = new Map()
  for (const table of tables) {
    for (const column of table.columns) note(names, column.name, knownOfColumn(column.type))
    for (const key of table.partitionKeys) note(names, key, { kind: 'varchar' })
    note(names, '_extra', { kind: 'varchar' })
  }
  const fromTables = names
  // Twice: an alias may be made of an alias of an inner query.
  for (let pass = 0; pass < 2; pass++) {
    const scope = { names, rewritten }
    names = new Map(fromTables)
    noteOwnNames(tree, names, (node) => knownOf(node, scope))
  }
  const scope = { names, rewritten }
  return {
    knownOf: (node) => knownOf(node, scope),
    kindOf: (node) => knownOf(node, scope)?.kind,
    remember(node, known) {
      if (known !== undefined && typeof node === 'object' && node !== null) rewritten.set(node, known)
    },
  }
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

function knownOfColumn(type: ColumnType): Known {
  if (typeof type === 'string') return { kind: BY_COLUMN_TYPE[type] }
  if ('list' in type) return listOf(knownOfColumn(type.list))
  if ('struct' in type)
    return {
      kind: 'struct',
      fields: new Map(type.struct.map((field) => [field.name.toLowerCase(), knownOfColumn(field.type)])),
    }
  if ('map' in type) return { kind: 'map', of: knownOfColumn(type.map.value) }
  return 'decimal' in type ? { kind: 'decimal', scale: type.decimal.scale } : { kind: 'varchar' }
}

function listOf(element: Known | undefined): Known {
  if (element === undefined) return { kind: 'list' }
  return { kind: element.kind === 'struct' ? 'structlist' : 'list', of: element }
}

function note(names: Names, name: string, known: Known | undefined): void {
  const key = name.toLowerCase()
  const before = names.get(key)
  names.set(key, !names.has(key) || isSame(before, known) ? known : undefined)
}

function isSame(left: Known | undefined, right: Known | undefined): boolean {
  return left?.kind === right?.kind && left?.scale === right?.scale && left?.zone === right?.zone
}

function noteOwnNames(tree: Node, names: Names, known: Oracle['knownOf']): void {
  walkTree(tree, (node) => {
    const alias = contentOf(node, 'alias')
    if (alias !== undefined) noteAlias(alias, names, known)
    const call = contentOf(node, 'function')
    if (call !== undefined) noteLambda(call, names, known)
    if (Array.isArray(node['ctes'])) {
      for (const cte of node['ctes'] as Node[])
        noteColumns(cte['columns'], columnsOf(cte['this'], known), names)
    }
    const subquery = contentOf(node, 'subquery')
    if (subquery !== undefined)
      noteColumns(subquery['column_aliases'], columnsOf(subquery['this'], known), names)
  })
}

/** `AS t(a, b)`, `WITH t(a, b) AS`: by their positions. */
function noteColumns(identifiers: unknown, columns: (Known | undefined)[], names: Names): void {
  if (!Array.isArray(identifiers)) return
  for (const [index, identifier] of identifiers.entries()) {
    const name = nameOf(identifier)
    if (name !== undefined) note(names, name, columns[index])
  }
}

/** The types of a query's columns; none where a star hides how many there are. */
function columnsOf(query: unknown, known: Oracle['knownOf']): (Known | undefined)[] {
  const tag = tagOf(query)
  const content = tag === undefined ? undefined : contentOf(query, tag)
  if (content === undefined) return []
  if (tag === 'values') return columnsOfValues((content['expressions'] ?? []) as Node[], known)
  if (tag === 'union' || tag === 'intersect' || tag === 'except') return columnsOf(content['left'], known)
  if (tag === 'subquery' || tag === 'paren') return columnsOf(content['this'], known)
  if (tag !== 'select') return []
  const items = (content['expressions'] ?? []) as unknown[]
  return items.some((item) => JSON.stringify(item).startsWith('{"star"')) ? [] : items.map(known)
}

function columnsOfValues(rows: Node[], known: Oracle['knownOf']): (Known | undefined)[] {
  const lists = rows.map((row) => (row['expressions'] ?? []) as unknown[])
  return (lists[0] ?? []).map((_, index) =>
    knownOfAll(
      lists.map((list) => list[index]),
      known,
    ),
  )
}

/** What UNNEST makes of lists, of lists of rows and of maps. */
function columnsOfUnnest(unnest: Node, count: number, known: Oracle['knownOf']): (Known | undefined)[] {
  const values = [unnest['this'], ...((unnest['expressions'] ?? []) as unknown[])].map(known)
  const columns = values.flatMap((value): (Known | undefined)[] => {
    if (value?.kind === 'map') return [undefined, value.of]
    const fields = value?.of?.fields
    return fields !== undefined && value?.kind === 'structlist' ? [...fields.values()] : [value?.of]
  })
  if (unnest['with_ordinality'] === true) columns.push({ kind: 'integer' })
  return columns.length === count ? columns : []
}

const LAMBDAS_OF_ELEMENTS = new Set([
  'transform',
  'filter',
  'any_match',
  'all_match',
  'none_match',
  'array_sort',
])

/** Parameters hide columns, inside the lambda only: which is which is not followed here. */
function noteLambda(call: Node, names: Names, known: Oracle['knownOf']): void {
  const args = Array.isArray(call['args']) ? call['args'] : []
  const isOfElements = LAMBDAS_OF_ELEMENTS.has(textOf(call['name']).toLowerCase())
  for (const argument of args) {
    const parameters = (contentOf(argument, 'lambda')?.['parameters'] ?? []) as Node[]
    const element = isOfElements ? known(args[0])?.of : undefined
    for (const parameter of parameters) note(names, nameOf(parameter) ?? '', element)
  }
}

function noteAlias(alias: Node, names: Names, known: Oracle['knownOf']): void {
  const columns = (alias['column_aliases'] ?? []) as Node[]
  const name = nameOf(alias['alias'])
  const unnest = contentOf(alias['this'], 'unnest')
  if (unnest !== undefined && columns.length > 0)
    noteColumns(columns, columnsOfUnnest(unnest, columns.length, known), names)
  else if (columns.length > 0) noteColumns(columns, columnsOf(alias['this'], known), names)
  else if (unnest !== undefined) note(names, name ?? '', columnsOfUnnest(unnest, 1, known)[0])
  else if (name !== undefined && !(name.toLowerCase() === nameOfColumn(alias['this']))) {
    // `max(x) AS x` names what it is made of; taking it for a second meaning would lose both.
    note(names, name, known(alias['this']))
  }
}

function nameOfColumn(node: unknown): string | undefined {
  return nameOf(contentOf(node, 'column')?.['name'])?.toLowerCase()
}

const ofKind = (kind: Kind | undefined): Known | undefined => (kind === undefined ? undefined : { kind })

function knownOf(node: unknown, scope: Scope): Known | undefined {
  const remembered = isNode(node) ? scope.rewritten.get(node) : undefined
  if (remembered !== undefined) return remembered
  const tag = tagOf(node)
  if (tag === undefined) return undefined
  const content = (node as Node)[tag]
  if (tag === 'interval') return { kind: 'interval' }
  if (!isNode(content)) return undefined
  const known = (inner: unknown): Known | undefined => knownOf(inner, scope)
  if (tag === 'column') return knownOfName(content, scope.names)
  if (tag === 'literal') return knownOfLiteral(content)
  if (tag === 'paren' || tag === 'neg' || tag === 'alias') return known(content['this'])
  if (tag === 'cast' || tag === 'try_cast') {
    const type = knownOfDataType(content['to'])
    const zoned = type?.kind === 'timestamptz' ? zonedLiteral(stringOf(content['this']) ?? '') : undefined
    return zoned === undefined || zoned.zone === 'UTC' ? type : { kind: 'zoned', zone: zoned.zone }
  }
  if (tag === 'function' || tag === 'aggregate_function') return knownOfCall(content, known)
  if (/^(array|array_func|array_constructor|list)$/.test(tag))
    return listOf(firstKnown((content['expressions'] ?? []) as unknown[], known))
  if (ARITHMETIC.has(tag)) return knownOfArithmetic(tag, known(content['left']), known(content['right']))
  if (tag === 'concat') return known(content['left'])
  if (tag === 'subscript' || tag === 'element_at') return known(content['this'])?.of
  if (tag === 'dot')
    return known(content['this'])?.fields?.get((nameOf(content['field']) ?? '').toLowerCase())
  if (tag === 'window_function') return known(content['this'])
  if (tag === 'at_time_zone') return zoned(content['zone'])
  if (tag === 'avg')
    return known(content['this'])?.kind === 'decimal' ? known(content['this']) : { kind: 'double' }
  if (LIKE_ARGUMENT.has(tag))
    return knownOfAll(
      [content['this'] ?? [], content['expressions'] ?? [], content['expression'] ?? []].flat(),
      known,
    )
  if (tag === 'case') return knownOfCase(content, known)
  if (tag === 'if_func') return knownOfAll([content['true_value'], content['false_value']], known)
  return ofKind(byFunction.get(tag) ?? BY_TAG[tag])
}

function zoned(zone: unknown): Known {
  const name = stringOf(zone)
  return name === undefined ? { kind: 'zoned' } : { kind: 'zoned', zone: name }
}

function knownOfName(column: Node, names: Names): Known | undefined {
  const name = (nameOf(column['name']) ?? '').toLowerCase()
  const table = nameOf(column['table'])?.toLowerCase()
  const struct = table === undefined ? undefined : names.get(table)
  return struct?.fields === undefined ? names.get(name) : struct.fields.get(name)
}

function firstKnown(nodes: unknown[], known: Oracle['knownOf']): Known | undefined {
  for (const node of nodes) {
    const found = known(node)
    if (found !== undefined) return found
  }
  return undefined
}

/** The common type: one double makes all doubles. */
function knownOfAll(nodes: unknown[], known: Oracle['knownOf']): Known | undefined {
  const all = nodes.map(known)
  return (
    all.find((one) => one?.kind === 'double') ??
    all.find((one) => one?.kind === 'decimal') ??
    firstKnown(nodes, known)
  )
}

function knownOfCase(content: Node, known: Oracle['knownOf']): Known | undefined {
  const whens = ((content['whens'] ?? []) as unknown[][]).map((when) => when[1])
  return knownOfAll([...whens, content['else_']], known)
}

const ARITHMETIC = new Set(['add', 'sub', 'mul', 'div', 'mod'])

/** Nodes that polyglot makes of functions under another name than Trino's. */
const BY_TAG: Record<string, Kind> = {
  ts_or_ds_to_date: 'date',
  array_concat: 'list',
  array_length: 'integer',
  from_iso8601_timestamp: 'timestamptz',
  json_extract_string: 'varchar',
  j_s_o_n_array: 'varchar',
}

function knownOfLiteral(literal: Node): Known | undefined {
  const type = textOf(literal['literal_type'])
  const value = textOf(literal['value'])
  if (type === 'number') {
    if (/e/i.test(value)) return { kind: 'double' }
    const digits = value.split('.')[1]
    return digits === undefined ? { kind: 'integer' } : { kind: 'decimal', scale: digits.length }
  }
  if (type === 'decimal') return { kind: 'decimal', scale: value.split('.')[1]?.length ?? 0 }
  if (type === 'string') return { kind: 'varchar' }
  if (type === 'date') return { kind: 'date' }
  if (type === 'hex_string') return { kind: 'binary' }
  if (type !== 'timestamp') return undefined
  const zoned = zonedLiteral(value)
  if (zoned === undefined) return { kind: 'timestamp' }
  return zoned.zone === 'UTC' ? { kind: 'timestamptz' } : { kind: 'zoned', zone: zoned.zone }
}

const ZONED = /^(.*\d)\s*(UTC|Z|[+-]\d\d(?::?\d\d)?|[A-Za-z]+\/[A-Za-z_/+-]+\d*)$/

/** TIMESTAMP '2026-11-23 09:00:00 Asia/Tokyo' by its parts; undefined for one without a zone. */
export function zonedLiteral(text: string): { clock: string; zone: string } | undefined {
  // The end of a date without a time looks like an offset.
  const found = /^[\d-]+$/.test(text.trim()) ? null : ZONED.exec(text)
  if (found === null) return undefined
  const zone = found[2]!
  return { clock: found[1]!, zone: zone === 'Z' || /^[+-]00(:?00)?$/.test(zone) ? 'UTC' : zone }
}

function knownOfDataType(type: unknown): Known | undefined {
  if (!isNode(type)) return undefined
  const name = textOf(type['data_type'])
  if (name === 'timestamp') return { kind: type['timezone'] === true ? 'timestamptz' : 'timestamp' }
  if (name === 'decimal')
    return { kind: 'decimal', scale: typeof type['scale'] === 'number' ? type['scale'] : 0 }
  if (name === 'array' || name === 'list') return listOf(knownOfDataType(type['element_type']))
  if (name === 'custom' && /^ipaddress$/i.test(textOf(type['name']))) return { kind: 'ip' }
  if (name === 'struct') return { kind: 'struct', fields: fieldsOf(type) }
  const sized =
    typeof type['length'] === 'number' && `${name === 'char' ? 'char' : 'varchar'}(${type['length']})`
  const kind = BY_DATA_TYPE[name]
  if (kind === undefined) return undefined
  return kind === 'varchar' && sized !== false ? { kind, sized } : { kind }
}

function fieldsOf(type: Node): Map<string, Known | undefined> {
  const fields = Array.isArray(type['fields']) ? (type['fields'] as Node[]) : []
  return new Map(
    fields.map((field) => [textOf(field['name']).toLowerCase(), knownOfDataType(field['data_type'])]),
  )
}

function knownOfCall(call: Node, known: Oracle['knownOf']): Known | undefined {
  const name = textOf(call['name']).toLowerCase()
  const args = Array.isArray(call['args']) ? call['args'] : []
  if (name === 'array_agg') return listOf(known(args[0]))
  if (name === 'element_at') return known(args[0])?.of
  if (name === 'transform') return listOf(known(contentOf(args[1], 'lambda')?.['body']))
  if (name === 'map') return { kind: 'map', ...ofElements(known(args[1])?.of) }
  if (name === 'map_values') return listOf(known(args[0])?.of)
  if (name === 'map_agg') return { kind: 'map', ...ofElements(known(args[1])) }
  if (
    /^(map_filter|map_concat|transform_keys|array_union|array_intersect|array_except|array_remove|trim_array)$/.test(
      name,
    )
  )
    return known(args[0])
  if (name === 'flatten') return known(args[0])?.of
  if (name === 'repeat') return listOf(known(args[0]))
  if (['filter', 'slice', 'array_sort', 'array_distinct', 'shuffle', 'reverse'].includes(name))
    return known(args[0])
  if (name === 'split' || (name.startsWith('regexp_') && byFunction.get(name) === 'list'))
    return listOf({ kind: 'varchar' })
  if (name === 'at_timezone' || name === 'with_timezone' || (name === 'from_unixtime' && args.length === 2))
    return zoned(args[1])
  if (name === 'date_trunc' || name === 'date_add') return known(args[args.length - 1])
  if (name === 'if') return knownOfAll(args.slice(1), known)
  if (LIKE_ARGUMENT.has(name)) {
    const isOfAll = ['coalesce', 'greatest', 'least'].includes(name)
    return knownOfAll(isOfAll ? args : args.slice(0, 1), known)
  }
  return ofKind(byFunction.get(name))
}

function ofElements(of: Known | undefined): Pick<Known, 'of'> {
  return of === undefined ? {} : { of }
}

function knownOfArithmetic(
  tag: string,
  left: Known | undefined,
  right: Known | undefined,
): Known | undefined {
  const [one, other] = [left?.kind, right?.kind]
  const isTime = (kind: Kind | undefined): boolean =>
    kind === 'date' || kind === 'timestamp' || kind === 'timestamptz' || kind === 'zoned'
  if (tag === 'sub' && isTime(one) && isTime(other)) return { kind: 'interval' }
  if (isTime(one)) return left
  if (isTime(other)) return right
  if (one === 'interval' || other === 'interval') return { kind: 'interval' }
  if (one === 'double' || other === 'double') return { kind: 'double' }
  if (one === 'integer' && other === 'integer') return { kind: 'integer' }
  const [leftScale, rightScale] = [scaleOf(left), scaleOf(right)]
  if (leftScale === undefined || rightScale === undefined) return undefined
  return { kind: 'decimal', scale: tag === 'mul' ? leftScale + rightScale : Math.max(leftScale, rightScale) }
}

/** Digits after the point of an exact number; undefined where it is none. */
export function scaleOf(known: Known | undefined): number | undefined {
  if (known?.kind === 'integer') return 0
  return known?.kind === 'decimal' ? known.scale : undefined
}
