/** What is printed is read again as the same. */
import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { GlueColumn, TableInput } from '../../base/glue.ts'
import { FORMATS, storageOf } from '../statement/formats.ts'
import { parseStatement } from '../statement/parse-statement.ts'
import type { Statement } from '../statement/statement.ts'
import { LOG_TABLES } from '../statement/testing/log-tables.ts'
import { printTable } from './print-table.ts'

type CreateTable = Extract<Statement, { kind: 'create table' }>

function tableOf(sql: string): CreateTable {
  const statement = parseStatement(sql)
  if (statement.kind !== 'create table') throw new Error(statement.kind)
  return statement
}

/** As runDdl() makes it, without the times. */
function inputOf({ table, description, partitionKeys, storage, parameters }: CreateTable): TableInput {
  return {
    Name: table.name,
    ...(description === undefined ? {} : { Description: description }),
    PartitionKeys: partitionKeys,
    StorageDescriptor: storage,
    Parameters: {
      EXTERNAL: 'TRUE',
      ...(description === undefined ? {} : { comment: description }),
      ...parameters,
    },
  }
}

function printed(table: CreateTable): string {
  return printTable(table.table.database ?? 'lake', table.table.name, inputOf(table))
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom("'", '"', '\\', '\n', '\t', '\0', ',', '\\n', "''", '--', '/*', 'NULL', '${dt}', '\\u0041'),
)
const name = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 8 })
  .filter((each) => each === each.toLowerCase())
const { tie: type } = fc.letrec<{ tie: string }>((tie) => ({
  tie: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(
      'int',
      'bigint',
      'string',
      'date',
      'timestamp',
      'double',
      'decimal(10,2)',
      'varchar(3)',
      'char(1)',
    ),
    tie('tie').map((item) => `array<${item}>`),
    tie('tie').map((value) => `map<string,${value}>`),
    fc.tuple(tie('tie'), tie('tie')).map(([a, b]) => `struct<a:${a},\`b,c\`:${b}>`),
  ),
}))
const column: fc.Arbitrary<GlueColumn> = fc
  .record({ Name: name, Type: type, Comment: text }, { requiredKeys: ['Name', 'Type'] })
  .map((each) => ({ ...each }))
const columns = (minLength: number): fc.Arbitrary<GlueColumn[]> =>
  fc.array(column, { minLength, maxLength: 4 })
const properties = fc.dictionary(text, text, { maxKeys: 4, noNullPrototype: true })
const delimiters = fc.record(
  { 'escape.delim': text, 'colelction.delim': text, 'mapkey.delim': text, 'line.delim': text },
  { requiredKeys: [] },
)
const rowFormat = fc.oneof(
  fc.constant({}),
  fc.tuple(text, delimiters).map(([field, others]) => ({
    serdeParameters: { 'field.delim': field, 'serialization.format': field, ...others },
  })),
  fc.record({ serde: text, serdeParameters: properties }),
)
const table: fc.Arbitrary<CreateTable> = fc
  .record({
    name,
    database: name,
    description: fc.option(text, { nil: undefined }),
    columns: columns(1),
    keys: columns(0),
    format: fc.constantFrom(...Object.values(FORMATS)),
    rowFormat,
    location: text,
    parameters: properties,
    buckets: fc.option(fc.record({ columns: fc.array(name, { minLength: 1, maxLength: 2 }), sort: name }), {
      nil: undefined,
    }),
  })
  .map((made) => ({
    kind: 'create table',
    table: { catalog: undefined, database: made.database, name: made.name },
    ifNotExists: false,
    description: made.description,
    partitionKeys: made.keys,
    storage: {
      ...storageOf({ serdeParameters: {}, ...made.format, ...made.rowFormat }),
      Columns: made.columns,
      Location: made.location,
      ...(made.buckets === undefined
        ? {}
        : {
            NumberOfBuckets: 8,
            BucketColumns: made.buckets.columns,
            SortColumns: [{ Column: made.buckets.sort, SortOrder: 0 }],
          }),
    },
    parameters: made.parameters,
  }))

describe('a printed table', () => {
  it('is read again as the same', () => {
    fc.assert(
      fc.property(table, (made) => {
        const { EXTERNAL: _, comment, ...parameters } = made.parameters
        // Which of the two it was is no longer known.
        const isComment = comment !== undefined && made.description === undefined
        const plain = { ...made, parameters: isComment ? { ...parameters, comment } : parameters }
        deepEqual(tableOf(printed(plain)), plain)
      }),
      { seed: 12, numRuns: 500 },
    )
  })

  it('is read again as the same, of all logs', () => {
    for (const sql of Object.values(LOG_TABLES)) {
      const made = { ...tableOf(sql), ifNotExists: false }
      const qualified = { ...made, table: { ...made.table, database: made.table.database ?? 'lake' } }
      deepEqual(tableOf(printed(made)), qualified)
    }
  })

  it('escapes quotes as Hive does', () => {
    const lines = printed(tableOf(LOG_TABLES['csv']!)).split('\n')
    equal(lines[1], String.raw`  ${'`'}id${'`'} string COMMENT 'it\'s an id', `)
  })

  it('looks as in Athena', () => {
    equal(
      printed(tableOf(LOG_TABLES['cloudfront']!)),
      String.raw`CREATE EXTERNAL TABLE ${'`'}lake.cloudfront_standard_logs${'`'}(
  ${'`'}date${'`'} date, 
  ${'`'}time${'`'} string, 
  ${'`'}x_edge_location${'`'} string, 
  ${'`'}sc_bytes${'`'} bigint, 
  ${'`'}c_ip${'`'} string, 
  ${'`'}cs_method${'`'} string, 
  ${'`'}cs_host${'`'} string, 
  ${'`'}cs_uri_stem${'`'} string, 
  ${'`'}sc_status${'`'} int, 
  ${'`'}cs_referrer${'`'} string, 
  ${'`'}cs_user_agent${'`'} string)
ROW FORMAT DELIMITED 
  FIELDS TERMINATED BY '\t' 
STORED AS INPUTFORMAT 
  'org.apache.hadoop.mapred.TextInputFormat' 
OUTPUTFORMAT 
  'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION
  's3://logs/cloudfront/'
TBLPROPERTIES (
  'skip.header.line.count'='2')`,
    )
  })
})
