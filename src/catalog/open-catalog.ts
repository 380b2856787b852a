/** The catalog on one SQLite file, owned by one process. All that knows SQLite is in this room. */
import type { DatabaseSync } from 'node:sqlite'
import { assert } from '../base/errors.ts'
import type { Clock, Random } from '../sys/sys.ts'
import type {
  Catalog,
  GluePartitions,
  GlueTables,
  LedgerRange,
  Run,
  RunResult,
  StoredObject,
  Table,
  AthenaState,
  PlannedWrites,
} from './catalog.ts'
import { openAthena } from './athena.ts'
import { isOfOtherTables, openDatabase } from './database.ts'
import { catalogFaults, corruptError } from './faults.ts'
import {
  openGluePartitions,
  openStreamPartitions,
  pages,
  type PartitionRows,
  type StreamPartitionRows,
} from './glue-partitions.ts'
import type { GlueCopies, GlueCrawls, GlueDetails, GlueFunctions, GlueResources } from './glue.ts'
import { openGlueCopies, openMark } from './glue-copies.ts'
import { openGlueDetails, openGlueFunctions } from './glue-details.ts'
import { openGlueCrawls, openGlueResources } from './glue-resources.ts'
import { openGlueTables, type TableRows } from './glue-tables.ts'
import { openDeliveryStreams, type SavedDeliveryStreams } from './delivery-streams.ts'
import { openLedger, type Ledger } from './ledger.ts'
import { openNodeId, openSecret } from './node-id.ts'
import { openObjects, type Objects } from './objects.ts'
import { openRuns, type Runs } from './runs.ts'
import { openTables, type TableRow, type Tables } from './tables.ts'
import { openPlannedWrites } from './writes.ts'

/**
 * Throws HozonError: HOZON_CATALOG_LOCKED (another process has it), HOZON_CATALOG_CORRUPT (damaged, or no catalog),
 * HOZON_CATALOG_VERSION (made by a newer hozon), HOZON_CATALOG_DISK (retryable; as all methods may).
 */
export function openCatalog(path: string, clock: Clock, random: Random): Catalog {
  const db = openDatabase(path)
  try {
    const topics = catalogFaults('open catalog', path, () => openTopics(db, clock, random, path))
    return {
      nodeId: topics.nodeId,
      secret: topics.secret,
      ...tableMethods(topics),
      ...runMethods(topics),
      ...objectMethods(topics),
      ...deliveryStreamMethods(topics),
      glue: glueMethods(topics),
      athena: athenaMethods(topics),
      writes: writeMethods(topics),
      close: () => db.close(),
    }
  } catch (error) {
    db.close()
    throw error
  }
}

interface Topics {
  nodeId: string
  secret: string
  tables: Tables
  runs: Runs
  objects: Objects
  ledger: Ledger
  deliveryStreams: SavedDeliveryStreams
  glue: TableRows
  athena: AthenaState
  writes: PlannedWrites
  gluePartitions: PartitionRows
  streamPartitions: StreamPartitionRows
  details: GlueDetails
  functions: GlueFunctions
  resources: GlueResources
  crawls: GlueCrawls
  copies: GlueCopies
  read: <T>(op: string, work: () => T) => T
  /** All or nothing, durable when it returns; within another one, when that one returns. */
  write: <T>(op: string, work: () => T) => T
}

function openTopics(db: DatabaseSync, clock: Clock, random: Random, path: string): Topics {
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  const write = <T>(op: string, work: () => T): T =>
    catalogFaults(op, path, () => {
      if (db.isTransaction) return work()
      begin.run()
      try {
        const result = work()
        commit.run()
        return result
      } catch (error) {
        // SQLite has rolled back by itself after some disk errors.
        if (db.isTransaction) db.exec('ROLLBACK')
        throw error
      }
    })
  try {
    const mark = openMark(db)
    return {
      nodeId: write('open catalog', () => openNodeId(db, random)),
      secret: write('open catalog', () => openSecret(db, random)),
      tables: openTables(db, clock),
      runs: openRuns(db, clock),
      objects: openObjects(db, clock),
      ledger: openLedger(db),
      deliveryStreams: openDeliveryStreams(db),
      glue: openGlueTables(db, clock, mark),
      athena: openAthena(db),
      writes: openPlannedWrites(db),
      gluePartitions: openGluePartitions(db, clock, mark),
      streamPartitions: openStreamPartitions(db),
      details: openGlueDetails(db, clock, mark),
      functions: openGlueFunctions(db, clock, mark),
      resources: openGlueResources(db, clock, mark),
      crawls: openGlueCrawls(db),
      copies: openGlueCopies(db),
      read: (op, work) => catalogFaults(op, path, work),
      write,
    }
  } catch (error) {
    if (isOfOtherTables(error))
      throw corruptError(error.message, { op: 'open catalog', target: path, cause: error })
    throw error
  }
}

function tableMethods({
  tables,
  read,
  write,
}: Topics): Pick<Catalog, 'ensureTable' | 'tables' | 'table' | 'schema' | 'evolve'> {
  return {
    ensureTable: (table) => withoutId(write('make table', () => tables.ensure(table))),
    tables: () => read('list tables', () => tables.all().map(withoutId)),
    table(database, name) {
      const table = read('read table', () => tables.find(database, name))
      return table === undefined ? undefined : withoutId(table)
    },
    schema: (database, name, version) => read('read schema', () => tables.schema(database, name, version)),
    evolve: (database, name, schema) => write('evolve table', () => tables.evolve(database, name, schema)),
  }
}

type RunMethods =
  | 'planRun'
  | 'redirectRun'
  | 'discardRuns'
  | 'plannedRuns'
  | 'commitRun'
  | 'restoreRun'
  | 'deliveredThrough'
  | 'deliverSettings'
  | 'totals'
  | 'run'
  | 'runs'

function runMethods(topics: Topics): Pick<Catalog, RunMethods> {
  const { runs, ledger, read, write } = topics
  return {
    planRun: (run) => write('plan run', () => runs.plan(run)),
    plannedRuns: (stream) => read('read planned runs', () => runs.planned(stream)),
    commitRun: (run, result) =>
      write('commit run', () => {
        if (runs.find(run.id)?.isCommitted === true) return
        const { id } = runs.commit(run, result)
        ledger.add(id, result.ranges)
        const added = addObjects(topics, id, run, result)
        assert(added === result.objects.length, `run ${run.id} holds objects of another run`)
      }),
    restoreRun: (run, result) =>
      write('restore run', () => {
        const present = runs.find(run.id)
        const isNew = present?.isCommitted !== true
        const { id } = isNew ? runs.restore(run, result) : present
        if (isNew) ledger.add(id, result.ranges)
        addObjects(topics, id, run, result)
      }),
    deliveredThrough: (stream) => read('read stream', () => runs.deliveredThrough(stream)),
    totals: (stream) => read('read stream', () => runs.totals(stream)),
    run: (id) => read('read run', () => runs.named(id)),
    deliverSettings: (stream) => read('read runs', () => runs.settings(stream)),
    redirectRun: (run) => write('redirect run', () => runs.redirect(run)),
    discardRuns: (stream, throughSegment) =>
      write('discard runs', () => runs.discard(stream, throughSegment)),
    *runs(stream) {
      for (const { summary } of runs.committed(stream)) yield summary
    },
  }
}

function addObjects({ tables, objects, runs }: Topics, runId: number, run: Run, result: RunResult): number {
  const found = new Map<string, TableRow>()
  let added = 0
  for (const object of result.objects) {
    const name = `${object.database}.${object.table}`
    const table = found.get(name) ?? tables.find(object.database, object.table)
    assert(table !== undefined, `run ${run.id} has an object of ${name}, which does not exist`)
    found.set(name, table)
    if (objects.add(runId, table, object)) added++
  }
  runs.addObjects(run.stream, added)
  return added
}

/** As it is consumed. */
function* readEach<Page>(pages: (() => Page)[], read: (page: () => Page) => Page): Generator<Page> {
  for (const page of pages) yield read(page)
}

function objectMethods({
  tables,
  objects,
  runs,
  ledger,
  streamPartitions,
  read,
}: Topics): Pick<
  Catalog,
  'objectPages' | 'objectCount' | 'partitions' | 'storageOf' | 'allObjects' | 'ledger'
> {
  return {
    partitions: (database, name, ...range) =>
      pages((...of) => read('read partitions', () => streamPartitions.page(database, name, ...of)), ...range),
    storageOf: (...of) => read('read partition', () => streamPartitions.storage(...of)),
    objectPages(database, name, filter) {
      const pages = read('read objects', () => {
        const table = tables.find(database, name)
        return table === undefined ? [] : objects.pages(table, filter ?? {})
      })
      return readEach(pages, (page) => read('read objects', page))
    },
    objectCount: (database, name) =>
      read('count objects', () => {
        const table = tables.find(database, name)
        return table === undefined ? 0 : objects.count(table)
      }),
    *allObjects(stream): Generator<StoredObject> {
      for (const { id } of runs.committed(stream)) yield* objects.ofRun(id)
    },
    *ledger(stream): Generator<LedgerRange> {
      for (const { id, summary } of runs.committed(stream))
        for (const range of ledger.ofRun(id)) yield { ...range, stream, run: summary.run.id }
    },
  }
}

function deliveryStreamMethods({
  deliveryStreams,
  read,
  write,
}: Topics): Pick<Catalog, 'deliveryStreams' | 'saveDeliveryStream' | 'removeDeliveryStream'> {
  return {
    deliveryStreams: () => read('list delivery streams', () => deliveryStreams.all()),
    saveDeliveryStream: (stream) => write('save delivery stream', () => deliveryStreams.save(stream)),
    removeDeliveryStream: (name) => write('remove delivery stream', () => deliveryStreams.remove(name)),
  }
}

function glueMethods(topics: Topics): GlueTables {
  const { glue, read, write } = topics
  return {
    databases: () => read('list databases', () => glue.databases()),
    createDatabase: (...of) => write('make database', () => glue.createDatabase(...of)),
    updateDatabase: (...of) => write('change database', () => glue.updateDatabase(...of)),
    deleteDatabase: (...of) => write('delete database', () => glue.deleteDatabase(...of)),
    tables: (...of) => read('list tables', () => glue.tables(...of)),
    table: (...of) => read('read table', () => glue.table(...of)),
    versions: (...of) => read('read table', () => glue.versions(...of)),
    createTable: (...of) => write('make table', () => glue.createTable(...of)),
    updateTable: (...of) => write('change table', () => glue.updateTable(...of)),
    deleteTable: (...of) => write('delete table', () => glue.deleteTable(...of)),
    removeDeleted: (...of) => write('remove deleted tables', () => glue.removeDeleted(...of)),
    deleteVersion: (...of) => write('delete table version', () => glue.deleteVersion(...of)),
    partitions: partitionMethods(topics),
    ...detailMethods(topics),
    ...accountMethods(topics),
    copies: copyMethods(topics),
    atOnce: (work) => write('change tables', work),
  }
}

function partitionMethods({ gluePartitions: rows, read, write }: Topics): GluePartitions {
  return {
    all: (database, table, ...range) =>
      pages((...of) => read('read partitions', () => rows.page(database, table, ...of)), ...range),
    find: (...of) => read('read partition', () => rows.find(...of)),
    create: (...of) => write('make partition', () => rows.create(...of)),
    update: (...of) => write('change partition', () => rows.update(...of)),
    delete: (...of) => write('delete partition', () => rows.delete(...of)),
  }
}

function copyMethods({ copies, read, write }: Topics): GlueCopies {
  return {
    marks: (...of) => read('list changes', () => copies.marks(...of)),
    read: (...of) => read('read changes', () => copies.read(...of)),
    forget: (...of) => write('forget changes', () => copies.forget(...of)),
    publishTo: (...of) => write('list changes', () => copies.publishTo(...of)),
    restore: (...of) => write('restore tables', () => copies.restore(...of)),
  }
}

function athenaMethods({ athena: { items, executions }, read, write }: Topics): AthenaState {
  return {
    items: {
      all: (...of) => read('list athena items', () => items.all(...of)),
      find: (...of) => read('read athena item', () => items.find(...of)),
      create: (...of) => write('make athena item', () => items.create(...of)),
      update: (...of) => write('change athena item', () => items.update(...of)),
      remove: (...of) => write('remove athena item', () => items.remove(...of)),
    },
    executions: {
      create: (...of) => write('make execution', () => executions.create(...of)),
      update: (...of) => write('change execution', () => executions.update(...of)),
      find: (...of) => read('read execution', () => executions.find(...of)),
      byToken: (...of) => read('read execution', () => executions.byToken(...of)),
      newest: (...of) => read('list executions', () => executions.newest(...of)),
      reusable: (...of) => read('read execution', () => executions.reusable(...of)),
      unfinished: () => read('list executions', () => executions.unfinished()),
      written: (...of) => read('read execution', () => executions.written(...of)),
      forget: (...of) => write('forget executions', () => executions.forget(...of)),
      forgetGroup: (...of) => write('forget executions', () => executions.forgetGroup(...of)),
    },
  }
}

function writeMethods({ writes, read, write }: Topics): PlannedWrites {
  return {
    plan: (...of) => write('plan write', () => writes.plan(...of)),
    all: () => read('list writes', () => writes.all()),
    commit: (...of) => write('commit write', () => writes.commit(...of)),
    forget: (...of) => write('forget write', () => writes.forget(...of)),
  }
}

function detailMethods({
  details,
  functions,
  read,
  write,
}: Topics): Pick<GlueTables, 'details' | 'functions'> {
  return {
    details: {
      all: (...of) => read('read table', () => details.all(...of)),
      save: (...of) => write('change table', () => details.save(...of)),
      delete: (...of) => write('change table', () => details.delete(...of)),
    },
    functions: {
      all: () => read('read functions', () => functions.all()),
      find: (...of) => read('read function', () => functions.find(...of)),
      create: (...of) => write('make function', () => functions.create(...of)),
      update: (...of) => write('change function', () => functions.update(...of)),
      delete: (...of) => write('delete function', () => functions.delete(...of)),
    },
  }
}

function accountMethods({
  resources,
  crawls,
  read,
  write,
}: Topics): Pick<GlueTables, 'resources' | 'crawls'> {
  return {
    resources: {
      all: (kind) => read(`list ${kind}s`, () => resources.all(kind)),
      find: (kind, name) => read(`read ${kind}`, () => resources.find(kind, name)),
      create: (kind, ...of) => write(`make ${kind}`, () => resources.create(kind, ...of)),
      update: (kind, ...of) => write(`change ${kind}`, () => resources.update(kind, ...of)),
      delete: (kind, name) => write(`delete ${kind}`, () => resources.delete(kind, name)),
    },
    crawls: {
      all: (crawler) => read('list crawls', () => crawls.all(crawler)),
      begin: (...of) => write('begin crawl', () => crawls.begin(...of)),
      update: (...of) => write('change crawl', () => crawls.update(...of)),
      deleteAll: (crawler) => write('delete crawls', () => crawls.deleteAll(crawler)),
    },
  }
}

function withoutId(row: TableRow): Table {
  const { database, name, stream, partitionKeys, location, schema } = row
  return { database, name, stream, partitionKeys, location, schema }
}
