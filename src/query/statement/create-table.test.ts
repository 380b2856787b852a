import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseStatement } from './parse-statement.ts'
import type { Statement } from './statement.ts'
import { LOG_TABLES } from './testing/log-tables.ts'

type CreateTable = Extract<Statement, { kind: 'create table' }>

function tableOf(sql: string): CreateTable {
  const statement = parseStatement(sql)
  if (statement.kind !== 'create table') throw new Error(statement.kind)
  return statement
}

describe('tables over logs', () => {
  it('have all their parts', () => {
    for (const sql of Object.values(LOG_TABLES)) {
      const { storage } = tableOf(sql)
      equal(storage.Location?.startsWith('s3://'), true)
      equal(storage.NumberOfBuckets === -1 || storage.BucketColumns!.length > 0, true)
    }
    const alb = tableOf(LOG_TABLES['alb']!)
    equal(alb.storage.Columns!.length, 34)
    deepEqual(alb.partitionKeys, [{ Name: 'day', Type: 'string' }])
    const regex = alb.storage.SerdeInfo!.Parameters!['input.regex']!
    equal(new RegExp(regex).source.split('(').length > 30, true)
    equal(regex.includes(String.raw`"([^\s]+?)"`), true)
    equal(alb.parameters['projection.day.range'], '2022/01/01,NOW')
    equal(alb.parameters['storage.location.template']?.endsWith('/us-east-1/${day}'), true)
  })

  it('have types as Hive writes them', () => {
    const cloudtrail = tableOf(LOG_TABLES['cloudtrail']!)
    equal(
      cloudtrail.storage.Columns![1]!.Type,
      'struct<type:string,principalid:string,arn:string,accountid:string,sessioncontext:struct<attributes:struct<mfaauthenticated:string,creationdate:string>,sessionissuer:struct<type:string,principalid:string,arn:string,username:string>,webidfederationdata:struct<federatedprovider:string,attributes:map<string,string>>>>',
    )
    deepEqual(
      tableOf(LOG_TABLES['parquet']!).storage.Columns!.map(({ Type }) => Type),
      ['bigint', 'decimal(10,2)', 'map<string,array<int>>', 'char(3)', 'varchar(20)', 'float', 'binary'],
    )
  })

  it('have the classes of their formats', () => {
    const classes = (key: string): (string | undefined)[] => {
      const { storage } = tableOf(LOG_TABLES[key]!)
      const last = (text: string | undefined): string | undefined => text?.split('.').at(-1)
      return [
        last(storage.SerdeInfo?.SerializationLibrary),
        last(storage.InputFormat),
        last(storage.OutputFormat),
      ]
    }
    const text = ['TextInputFormat', 'HiveIgnoreKeyTextOutputFormat']
    deepEqual(classes('parquet'), [
      'ParquetHiveSerDe',
      'MapredParquetInputFormat',
      'MapredParquetOutputFormat',
    ])
    deepEqual(classes('vpc'), ['LazySimpleSerDe', ...text])
    deepEqual(classes('nginx'), ['RegexSerDe', ...text])
    deepEqual(classes('csv'), ['OpenCSVSerde', ...text])
    deepEqual(classes('cloudtrail'), ['JsonSerDe', 'CloudTrailInputFormat', text[1]])
  })

  it('have their delimiters and quotes', () => {
    const serde = (key: string): Record<string, string> | undefined =>
      tableOf(LOG_TABLES[key]!).storage.SerdeInfo?.Parameters
    deepEqual(serde('cloudfront'), { 'field.delim': '\t', 'serialization.format': '\t' })
    deepEqual(serde('csv'), {
      'serialization.format': '1',
      separatorChar: ',',
      quoteChar: '"',
      escapeChar: '\\',
    })
    deepEqual(serde('delimited'), {
      'field.delim': '\x01',
      'serialization.format': '\x01',
      'escape.delim': '\\',
      'colelction.delim': '\x02',
      'mapkey.delim': '\x03',
      'line.delim': '\n',
      'serialization.null.format': '',
    })
    equal(serde('nginx')?.['input.regex'], String.raw`^(\S+) (\S+) (\S+) \[([^\]]+)\] "([^"]*)" (\d+).*$`)
    equal(serde('apacheGrok')?.['input.grokCustomPatterns']?.split('\n').length, 2)
  })

  it('have buckets and comments', () => {
    const { storage, partitionKeys } = tableOf(LOG_TABLES['parquet']!)
    deepEqual(
      [storage.NumberOfBuckets, storage.BucketColumns, storage.SortColumns],
      [
        16,
        ['id', 'code'],
        [
          { Column: 'id', SortOrder: 0 },
          { Column: 'code', SortOrder: 1 },
        ],
      ],
    )
    deepEqual(partitionKeys, [
      { Name: 'dt', Type: 'string', Comment: 'day' },
      { Name: 'hour', Type: 'int' },
    ])
    const csv = tableOf(LOG_TABLES['csv']!)
    deepEqual([csv.description, csv.storage.Columns![0]!.Comment], ['a table of people', "it's an id"])
  })
})
