/** What names mean, over a source that is a list of tables: limits of views, and what a misspelt name costs. */
import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { HozonError } from '../../base/errors.ts'
import type { TableReference } from '../engine/protocol.ts'
import { DATA_CATALOG, type QueryTable, type TableSource, type View } from '../query.ts'
import { resolveNames, type MeaningOfNames } from './resolve-names.ts'

const NAMED = { catalog: DATA_CATALOG, database: 'logs', columns: [], partitionKeys: [] }

/** Its SQL is the names that it reads. */
function view(name: string, sql: string): View {
  return { kind: 'view', ...NAMED, name, sql, sqlCatalog: DATA_CATALOG, sqlDatabase: 'logs' }
}

function external(catalog: string, database: string, name: string): QueryTable {
  return { kind: 'external', ...NAMED, catalog, database, name, input: { Name: name }, version: 0 }
}

interface World {
  /** What the source was asked for all tables of. */
  listed: string[]
  resolve: (sql: string) => Promise<MeaningOfNames>
}

function openWorld(tables: QueryTable[], databases = ['logs']): World {
  const listed: string[] = []
  const source: Partial<TableSource> = {
    catalogs: () => [DATA_CATALOG, 'shop'],
    databases: async () => databases,
    async tables(catalog, database) {
      listed.push(`${catalog}.${database}`)
      return tables.filter((table) => table.catalog === catalog && table.database === database)
    },
    table: async (catalog, database, name) =>
      tables.find((table) => table.catalog === catalog && table.database === database && table.name === name),
  }
  const references = async (sql: string): Promise<TableReference[]> =>
    sql.split(' ').map((text) => {
      const [name = '', database, catalog] = text.split('.').reverse()
      return { catalog, database, name }
    })
  const lookup = { source: source as TableSource, timeColumn: undefined, references }
  const context = { catalog: DATA_CATALOG, database: 'logs' }
  return { listed, resolve: (sql) => resolveNames(lookup, sql, context) }
}

/** Each view of a level names all of the next one. */
function pyramid(levels: number, width: number): View[] {
  return Array.from({ length: levels }, (_, level) => {
    const below = Array.from({ length: width }, (_, index) => `v${level + 1}_${index}`).join(' ')
    const sql = level === levels - 1 ? 'web' : below
    return Array.from({ length: width }, (_, index) => view(`v${level}_${index}`, sql))
  }).flat()
}

const WEB = external(DATA_CATALOG, 'logs', 'web')

describe('views in views', () => {
  test('are resolved, each time that one is named', async () => {
    const { resolve } = openWorld([WEB, ...pyramid(3, 9)])
    const { names, tables } = await resolve('v0_0')
    equal(names.views[0]!.views.length, 9)
    equal(names.views[0]!.views[8]!.views.length, 9)
    deepEqual([...tables.keys()], ['t0'])
  })

  test('are at most a thousand', async () => {
    const { resolve } = openWorld([WEB, ...pyramid(6, 10)])
    await rejects(resolve('v0_0'), /NOT_SUPPORTED: the statement and its views name more than 1000 views/)
  })

  test('are not recursive', async () => {
    const { resolve } = openWorld([view('a', 'b'), view('b', 'a')])
    await rejects(resolve('a'), /VIEW_IS_RECURSIVE: View 'awsdatacatalog.logs.a' is recursive/)
  })
})

describe('a name that means nothing', () => {
  async function refused(world: World, sql: string): Promise<HozonError> {
    const error = await world.resolve(sql).catch((thrown: unknown) => thrown)
    if (!(error instanceof HozonError)) throw new Error('it was not refused')
    return error
  }

  test('is compared with the names of other databases too', async () => {
    const world = openWorld([WEB, external(DATA_CATALOG, 'other', 'visits')], ['logs', 'other'])
    const { message, hint = '' } = await refused(world, 'visit')
    match(message, /TABLE_NOT_FOUND: Table 'awsdatacatalog.logs.visit' does not exist/)
    match(hint, /tables: logs.web, other.visits/)
    const moved = await refused(world, 'visits')
    match(moved.hint ?? '', /did you mean other.visits\?/)
  })

  test('does not read the whole catalog', async () => {
    const databases = Array.from({ length: 1000 }, (_, index) => `d${String(index).padStart(3, '0')}`)
    const world = openWorld([external(DATA_CATALOG, 'd999', 'orders')], databases)
    const { hint = '' } = await refused(world, 'd999.order')
    match(hint, /did you mean d999.orders\?/)
    equal(world.listed.length, 20)
    equal(world.listed[0], 'awsdatacatalog.d999')
  })

  test('asks a live database for no other database', async () => {
    const world = openWorld([external('shop', 'public', 'items')], ['public', 'audit', 'queue'])
    const { hint = '' } = await refused(world, 'shop.public.item')
    match(hint, /did you mean public.items\?/)
    deepEqual(new Set(world.listed), new Set(['shop.public']))
    world.listed.length = 0
    const unknown = await refused(world, 'shop.pblic.items')
    match(unknown.message, /SCHEMA_NOT_FOUND: Schema 'pblic' does not exist/)
    equal(unknown.hint, 'databases: public, audit, queue')
    deepEqual(world.listed, [])
  })
})
