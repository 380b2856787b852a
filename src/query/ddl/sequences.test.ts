/** Any statements in any order: each does what it says or is refused, and everything that is there can be shown. */
import { equal } from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { HozonError } from '../../base/errors.ts'
import { openDdlWorld, type DdlWorld } from './testing/ddl-world.ts'

const name = fc.constantFrom('a', 'b', '`c d`')
const table = fc.oneof(
  name,
  fc.constantFrom('lake', 'web', 'nowhere').chain((database) => name.map((each) => `${database}.${each}`)),
)
const column = fc.constantFrom('x', 'y', 'z', '`when`')
const type = fc.constantFrom('int', 'string', 'array<struct<a:int>>', 'decimal(3,1)')
const definition = fc.tuple(column, type).map((both) => both.join(' '))
const columns = fc.array(definition, { minLength: 1, maxLength: 3 }).map((each) => each.join(', '))
const value = fc.constantFrom(`'1'`, `'a/b'`, '7', `''`)
const spec = fc.array(fc.tuple(fc.constantFrom('dt', 'h'), value), { minLength: 1, maxLength: 2 })
const equals = spec.map((terms) => `PARTITION (${terms.map(([key, text]) => `${key}=${text}`).join(', ')})`)
const condition = fc
  .tuple(spec, fc.constantFrom('=', '<', '>=', '<>'))
  .map(([terms, sign]) => `PARTITION (${terms.map(([key, text]) => `${key}${sign}${text}`).join(', ')})`)
const ifExists = fc.constantFrom('', 'IF EXISTS ')
const ifNotExists = fc.constantFrom('', 'IF NOT EXISTS ')

const statement = fc.oneof(
  {
    weight: 3,
    arbitrary: sql`CREATE EXTERNAL TABLE ${ifNotExists}${table} (${columns}) PARTITIONED BY (dt string, h int) LOCATION 's3://lake/t/'`,
  },
  sql`CREATE EXTERNAL TABLE ${table} (${columns}) ROW FORMAT DELIMITED FIELDS TERMINATED BY '\t' LOCATION 's3://lake/u'`,
  sql`DROP TABLE ${ifExists}${table}`,
  sql`CREATE VIEW ${table} AS SELECT 1`,
  sql`CREATE OR REPLACE VIEW ${table} AS SELECT 2`,
  sql`DROP VIEW ${ifExists}${table}`,
  sql`ALTER TABLE ${table} ADD COLUMNS (${columns})`,
  sql`ALTER TABLE ${table} REPLACE COLUMNS (${columns})`,
  sql`ALTER TABLE ${table} CHANGE ${column} ${definition} FIRST`,
  sql`ALTER TABLE ${table} DROP COLUMN ${column}`,
  { weight: 3, arbitrary: sql`ALTER TABLE ${table} ADD ${ifNotExists}${equals} ${equals}` },
  sql`ALTER TABLE ${table} DROP ${ifExists}${condition}`,
  sql`ALTER TABLE ${table} ${equals} RENAME TO ${equals}`,
  sql`ALTER TABLE ${table} ${equals} SET LOCATION 's3://lake/else'`,
  sql`ALTER TABLE ${table} SET TBLPROPERTIES ('a'='b')`,
  sql`ALTER TABLE ${table} UNSET TBLPROPERTIES ('a')`,
  sql`MSCK REPAIR TABLE ${table}`,
  sql`DROP DATABASE ${ifExists}web ${fc.constantFrom('', 'CASCADE')}`,
  sql`CREATE DATABASE ${ifNotExists}web`,
)

/** All that is between the parts is text. */
function sql(texts: TemplateStringsArray, ...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((chosen) => texts.map((text, index) => text + (chosen[index] ?? '')).join(''))
}

async function runsOrRefuses(world: DdlWorld, text: string): Promise<boolean> {
  try {
    await world.run(text)
    return true
  } catch (error) {
    if (!(error instanceof HozonError)) throw error
    equal(['HOZON_SQL_TABLE', 'HOZON_SQL_FAILED'].includes(error.code), true, `${text}: ${error.message}`)
    return false
  }
}

async function showAll(world: DdlWorld): Promise<void> {
  for (const [database] of (await world.run('SHOW DATABASES')).rows) {
    for (const [found] of (await world.run(`SHOW TABLES IN ${database}`)).rows) {
      const whole = `${database}.\`${found}\``
      await world.run(`DESCRIBE FORMATTED ${whole}`)
      await world.run(`DESCRIBE EXTENDED ${whole}`)
      const { TableType: kind, PartitionKeys: keys = [] } = world.input(database!, found!)
      if (kind === 'VIRTUAL_VIEW') await world.run(`SHOW CREATE VIEW ${whole}`)
      else await world.run(`SHOW CREATE TABLE ${whole}`)
      if (keys.length > 0) await world.run(`SHOW PARTITIONS ${whole}`)
    }
  }
}

it('statements in any order', async () => {
  const world = openDdlWorld()
  world.viewColumns.push({ name: 'n', type: 'integer' })
  world.keys.push('t/dt=1/h=2/f', 't/dt=1/h=3/f', 't/dt=__HIVE_DEFAULT_PARTITION__/h=1/f')
  const done = { run: 0, refused: 0 }
  try {
    await world.run('CREATE DATABASE lake')
    await fc.assert(
      fc.asyncProperty(
        fc.array(statement, { minLength: 10, maxLength: 40, size: 'max' }),
        async (statements) => {
          for (const text of statements) done[(await runsOrRefuses(world, text)) ? 'run' : 'refused']++
          await showAll(world)
        },
      ),
      { seed: 5, numRuns: 60 },
    )
    // Else nearly all are refused, and nothing is tried.
    equal(done.run > 300 && done.refused > 300, true, JSON.stringify(done))
  } finally {
    world.end()
  }
})
