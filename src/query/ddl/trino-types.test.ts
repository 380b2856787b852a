import { equal } from 'node:assert/strict'
import { it } from 'node:test'
import { parseGlueType } from '../../format/serde/glue-type.ts'
import { hiveTypeOf, printTrinoType } from './trino-types.ts'

const TYPES: [trino: string, hive: string][] = [
  ['boolean', 'boolean'],
  ['integer', 'int'],
  ['real', 'float'],
  ['varchar', 'string'],
  ['varchar(3)', 'varchar(3)'],
  ['char(2)', 'char(2)'],
  ['decimal(38,0)', 'decimal(38,0)'],
  ['varbinary', 'binary'],
  ['timestamp(3)', 'timestamp'],
  ['array(map(varchar, row(a bigint, "b c" date)))', 'array<map<string,struct<a:bigint,b c:date>>>'],
]

it('types of queries are types of Hive, and back', () => {
  for (const [trino, hive] of TYPES) {
    equal(hiveTypeOf(trino), hive)
    const parsed = parseGlueType(hive)
    equal('type' in parsed ? printTrinoType(parsed.type) : parsed.error, trino)
  }
})

it('what Hive has no type for is text', () => {
  const nested = 'array('.repeat(20_000) + 'integer' + ')'.repeat(20_000)
  for (const type of [
    'json',
    'timestamp(3) with time zone',
    'time(3)',
    'unknown',
    'uuid',
    'array(json)',
    'row(x',
    nested,
  ])
    equal(hiveTypeOf(type), 'string')
})
