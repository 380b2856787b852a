/**
 * SHOW and DESCRIBE: answered from the catalog, no engine is asked. Columns and values as Athena returns them.
 */
import { HozonError } from '../../base/errors.ts'
import { EXTRA_COLUMN } from '../../base/schema.ts'
import type { Table } from '../../catalog/catalog.ts'
import { hiveType } from '../engine/column-types.ts'
import type { QueryResult, TableSource } from '../query.ts'
import { resolveTable, type NameContext } from './resolve.ts'
import { tokensOf, type Token } from './tokens.ts'

export interface UtilityContext {
  source: TableSource
  tables: Table[]
  context: NameContext
  /** Distinct partitions of a table, as values of its keys. */
  partitions(table: Table): Promise<string[][]>
}

type Answer = Pick<QueryResult, 'columns' | 'rows'>

interface Form {
  /** Upper-case words; `name` a table or database, `'text'` a pattern; `[…]` may be left out. */
  pattern: RegExp
  answer: (found: Record<string, string | undefined>, context: UtilityContext) => Answer | Promise<Answer>
}

const NAME = String.raw`(?:"[^"]+"|\`[^\`]+\`|[\w$]+)`
const TABLE = String.raw`(?<table>${NAME}(?: \. ${NAME}){0,2})`
const DATABASE = String.raw`(?<database>${NAME}(?: \. ${NAME})?)`
const LIKE = String.raw`(?: (?:LIKE )?(?<like>'[^']*'))?`

const FORMS: Form[] = [
  {
    pattern: form(String.raw`SHOW (?:DATABASES|SCHEMAS)(?: (?:IN|FROM) ${NAME})?${LIKE}`),
    answer: showDatabases,
  },
  { pattern: form(String.raw`SHOW TABLES(?: (?:IN|FROM) ${DATABASE})?${LIKE}`), answer: showTables },
  {
    pattern: form(String.raw`SHOW COLUMNS (?:IN|FROM) ${TABLE}(?: (?:IN|FROM) ${DATABASE})?`),
    answer: showColumns,
  },
  { pattern: form(String.raw`SHOW PARTITIONS ${TABLE}`), answer: showPartitions },
  { pattern: form(String.raw`(?:DESCRIBE|DESC)(?: (?:EXTENDED|FORMATTED))? ${TABLE}`), answer: describe },
  { pattern: form('SHOW CATALOGS'), answer: () => textRows('Catalog', ['AwsDataCatalog']) },
]

function form(pattern: string): RegExp {
  return new RegExp(`^${pattern}$`, 'i')
}

/** Undefined when the statement is none of these. */
export function findUtility(
  sql: string,
): ((context: UtilityContext) => Answer | Promise<Answer>) | undefined {
  const tokens = tokensOf(sql)
  if (tokens.at(-1)?.text === ';') tokens.pop()
  const text = tokens.map((token: Token) => token.text).join(' ')
  for (const { pattern, answer } of FORMS) {
    const found = pattern.exec(text)
    if (found !== null) return (context) => answer({ ...found.groups }, context)
  }
  return undefined
}

function showDatabases({ like }: Record<string, string | undefined>, { tables }: UtilityContext): Answer {
  const names = new Set(tables.map((table) => table.database))
  return textRows('database_name', [...names].sort().filter(matching(like)))
}

function showTables({ database, like }: Record<string, string | undefined>, context: UtilityContext): Answer {
  const wanted = database === undefined ? context.context.database : partsOf(database).at(-1)!
  const names = context.tables.filter((table) => table.database === wanted).map((table) => table.name)
  if (
    names.length === 0 &&
    !context.tables.some((table) => table.database === wanted) &&
    database !== undefined
  ) {
    throw new HozonError('HOZON_SQL_TABLE', `database ${wanted} does not exist`, { op: 'show tables' })
  }
  return textRows('tab_name', names.sort().filter(matching(like)))
}

async function showColumns(
  { table, database }: Record<string, string | undefined>,
  utility: UtilityContext,
): Promise<Answer> {
  const { context } = utility
  const owner = database === undefined ? context.database : partsOf(database).at(-1)!
  const found = await tableOf(table!, { ...utility, context: { ...context, database: owner } })
  const names = [...storedColumns(found).map(([name]) => name), ...found.partitionKeys]
  return textRows('field', names)
}

async function showPartitions(
  { table }: Record<string, string | undefined>,
  context: UtilityContext,
): Promise<Answer> {
  const found = await tableOf(table!, context)
  if (found.partitionKeys.length === 0) {
    throw new HozonError('HOZON_SQL_FAILED', `table ${found.database}.${found.name} is not partitioned`, {
      op: 'show partitions',
    })
  }
  const partitions = await context.partitions(found)
  const lines = partitions.map((values) =>
    values.map((value, index) => `${found.partitionKeys[index]}=${value}`).join('/'),
  )
  return textRows('partition', [...new Set(lines)].sort())
}

async function describe(
  { table }: Record<string, string | undefined>,
  context: UtilityContext,
): Promise<Answer> {
  const found = await tableOf(table!, context)
  const keys = found.partitionKeys.map((key): [string, string] => [key, 'string'])
  const rows = [...storedColumns(found), ...keys].map(([name, type]) => [name, type, ''])
  const partitionRows = [
    ['', '', ''],
    ['# Partition Information', '', ''],
    ['# col_name', 'data_type', 'comment'],
    ...keys.map(([name, type]) => [name, type, '']),
  ]
  const all = keys.length === 0 ? rows : [...rows, ...partitionRows]
  return {
    columns: ['col_name', 'data_type', 'comment'].map((name) => ({ name, type: 'varchar' })),
    rows: all.map((cells) => cells.map((cell) => JSON.stringify(cell))),
  }
}

/** Names and types; every table of lines also has `_extra`, tables of rejected lines do not. */
function storedColumns(table: Table): [name: string, type: string][] {
  const columns = table.schema.columns.map(({ name, type }): [string, string] => [name, hiveType(type)])
  return table.name.endsWith('_errors') ? columns : [...columns, [EXTRA_COLUMN, 'string']]
}

async function tableOf(written: string, { source, context }: UtilityContext): Promise<Table> {
  const parts = partsOf(written)
  const reference = { catalog: parts.at(-3), database: parts.at(-2), name: parts.at(-1)! }
  const found = await resolveTable(source, reference, context)
  if (found.kind === 'stream') return found.table
  throw new HozonError('HOZON_SQL_TABLE', `${found.name} is no table of a stream`, { op: 'describe' })
}

/** `"a" . b` -> a, b; in lower case, as all names of the catalog are. */
function partsOf(written: string): string[] {
  return written.split(' . ').map((part) => part.replaceAll(/^["`]|["`]$/g, '').toLowerCase())
}

/** Athena's patterns: `*` for anything, `|` for or. Of LIKE's, `%`. */
function matching(like: string | undefined): (name: string) => boolean {
  if (like === undefined) return () => true
  const alternatives = like.slice(1, -1).toLowerCase().split('|')
  const patterns = alternatives.map((text) => new RegExp(`^${text.split(/[*%]/).map(escaped).join('.*')}$`))
  return (name) => patterns.some((pattern) => pattern.test(name))
}

function escaped(text: string): string {
  return text.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
}

function textRows(column: string, values: string[]): Answer {
  return {
    columns: [{ name: column, type: 'varchar' }],
    rows: values.map((value) => [JSON.stringify(value)]),
  }
}
