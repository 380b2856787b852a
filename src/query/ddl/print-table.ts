/** A table as the statement that makes it, laid out as Hive does: what parse-statement.ts reads again. */
import type { GlueColumn, SerdeInfo, StorageDescriptor, TableInput } from '../../base/glue.ts'
import { FORMATS } from '../statement/formats.ts'

export function printTable(database: string, name: string, input: TableInput): string {
  const storage = input.StorageDescriptor ?? {}
  const keys = input.PartitionKeys ?? []
  return [
    `CREATE EXTERNAL TABLE ${tableName(database, name)}(`,
    `${columnList(storage.Columns ?? [])})`,
    ...(input.Description === undefined ? [] : [`COMMENT ${quoted(input.Description)}`]),
    ...(keys.length === 0 ? [] : ['PARTITIONED BY ( ', `${columnList(keys)})`]),
    ...bucketLines(storage),
    ...rowFormatLines(storage.SerdeInfo ?? {}),
    'STORED AS INPUTFORMAT ',
    `  ${quoted(storage.InputFormat ?? FORMATS['TEXTFILE']!.input)} `,
    'OUTPUTFORMAT ',
    `  ${quoted(storage.OutputFormat ?? FORMATS['TEXTFILE']!.output)}`,
    'LOCATION',
    `  ${quoted(storage.Location ?? '')}`,
    ...propertyLines(input),
  ].join('\n')
}

/** Both parts within one pair of back-ticks, as Athena shows them; apart where a part has a dot itself. */
function tableName(database: string, name: string): string {
  if (!database.includes('.') && !name.includes('.')) return backquoted(`${database}.${name}`)
  return `${backquoted(database)}.${backquoted(name)}`
}

function columnList(columns: readonly GlueColumn[]): string {
  return columns
    .map(({ Name: name, Type: type = 'string', Comment: comment }) => {
      const suffix = comment === undefined ? '' : ` COMMENT ${quoted(comment)}`
      return `  ${backquoted(name)} ${type}${suffix}`
    })
    .join(', \n')
}

function bucketLines(storage: StorageDescriptor): string[] {
  const { BucketColumns: columns = [], SortColumns: sorted = [], NumberOfBuckets: count = 0 } = storage
  if (columns.length === 0 || count < 1) return []
  const order = sorted.map((sort) => `  ${backquoted(sort.Column)} ${sort.SortOrder === 0 ? 'DESC' : 'ASC'}`)
  return [
    'CLUSTERED BY ( ',
    `${columns.map((name) => `  ${backquoted(name)}`).join(', \n')}) `,
    ...(order.length === 0 ? [] : ['SORTED BY ( ', `${order.join(', \n')}) `]),
    `INTO ${count} BUCKETS`,
  ]
}

const DELIMITERS: [parameter: string, words: string][] = [
  ['field.delim', 'FIELDS TERMINATED BY'],
  ['escape.delim', 'ESCAPED BY'],
  ['colelction.delim', 'COLLECTION ITEMS TERMINATED BY'],
  ['mapkey.delim', 'MAP KEYS TERMINATED BY'],
  ['line.delim', 'LINES TERMINATED BY'],
  ['serialization.null.format', 'NULL DEFINED AS'],
]

function rowFormatLines({ SerializationLibrary: serde, Parameters: parameters = {} }: SerdeInfo): string[] {
  const library = serde ?? FORMATS['TEXTFILE']!.serde
  if (isDelimited(library, parameters)) {
    const given = DELIMITERS.filter(([parameter]) => parameters[parameter] !== undefined)
    return [
      'ROW FORMAT DELIMITED ',
      ...given.map(([parameter, words]) => `  ${words} ${quoted(parameters[parameter]!)} `),
    ]
  }
  const all = Object.entries(parameters).filter(
    ([key, value]) => key !== 'serialization.format' || value !== '1',
  )
  const properties = all.length === 0 ? [] : ['WITH SERDEPROPERTIES ( ', `${propertyList(all)}) `]
  return ['ROW FORMAT SERDE ', `  ${quoted(library)} `, ...properties]
}

/** Could ROW FORMAT DELIMITED have said all of it? */
function isDelimited(library: string, parameters: Record<string, string>): boolean {
  if (library !== FORMATS['TEXTFILE']!.serde || parameters['field.delim'] === undefined) return false
  const { 'serialization.format': format, ...others } = parameters
  const known = new Set(DELIMITERS.map(([parameter]) => parameter))
  return format === others['field.delim'] && Object.keys(others).every((key) => known.has(key))
}

/** Without what the statement says elsewhere, or by itself. */
function propertyLines({ Parameters: parameters = {}, Description: description }: TableInput): string[] {
  const others = Object.entries(parameters).filter(
    ([key, value]) => key !== 'EXTERNAL' && !(key === 'comment' && value === description),
  )
  return others.length === 0 ? [] : ['TBLPROPERTIES (', `${propertyList(others)})`]
}

function propertyList(properties: [key: string, value: string][]): string {
  return properties
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `  ${quoted(key)}=${quoted(value)}`)
    .join(', \n')
}

function backquoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}

const ESCAPES: Record<string, string> = {
  '\\': '\\\\',
  "'": String.raw`\'`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
}

/** On one line, whatever it is. */
function quoted(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is escaped
  const inner = text.replaceAll(/[\\'\x00-\x1f\x7f\u2028\u2029]/g, (char) => ESCAPES[char] ?? unicode(char))
  return `'${inner}'`
}

function unicode(char: string): string {
  return `\\u${char.codePointAt(0)!.toString(16).padStart(4, '0')}`
}
