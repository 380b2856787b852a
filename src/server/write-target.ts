/** Gives statements that write the store and the catalog, so that the rooms do not know each other. */
import type { PartitionInput } from '../base/glue.ts'
import { printObjectUri, type S3Object } from '../base/s3-location.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { TableSource } from '../query/query.ts'
import { writtenObject } from '../query/write/location.ts'
import type { CatalogChange, WriteTarget } from '../query/write/write-target.ts'
import type { Store } from '../store/store.ts'

export interface OpenWriteTarget extends WriteTarget {
  /** The source without files that belong to no table yet: an INSERT is seen whole or not at all. */
  hidePlanned<T extends Pick<TableSource, 'openExternal'>>(source: T): T
}

interface Context {
  catalog: Catalog
  store: Store
  /** For the private folders of statements; emptied at every start. */
  scratch: string
}

/** First removes what statements had put that a crash has ended. */
export async function openWriteTarget({ catalog, store, scratch }: Context): Promise<OpenWriteTarget> {
  const planned = new PlannedObjects()
  const undo = async (execution: string, objects: readonly S3Object[]): Promise<void> => {
    try {
      for (const { bucket, key } of objects) await store.remove(bucket, key)
      catalog.writes.forget(execution)
      planned.forget(execution)
    } catch {
      // The statement has failed already and says why. What stays is hidden, and removed at the next start.
    }
  }
  for (const { execution, objects } of catalog.writes.all()) {
    planned.add(execution, objects)
    await undo(execution, objects.map(writtenObject))
  }
  return {
    scratch,
    async isEmpty({ bucket, prefix }) {
      const first = await store.list(bucket, prefix)[Symbol.asyncIterator]().next()
      return first.done === true
    },
    openBucket: (bucket) => store.openBucket(bucket),
    hasDatabase: (database) => catalog.glue.databases().some(({ name }) => name === database),
    partition(database, table, values) {
      const found = catalog.glue.partitions.find(database, table, values)
      return found === undefined ? undefined : (JSON.parse(found.definition) as PartitionInput)
    },
    plan(execution, uris) {
      catalog.writes.plan(execution, uris)
      planned.add(execution, uris)
    },
    async put({ bucket, key }, path) {
      // The name is of this statement only: what is there already is its own put, whose answer was lost on its way.
      await store.putFile(bucket, key, path, { contentType: CONTENT_TYPE, metadata: {} })
    },
    commit(execution, change, rows) {
      const outcome = catalog.glue.atOnce(() => {
        const made = applyChange(catalog, change)
        if (made === 'done') catalog.writes.commit(execution, rows)
        return made
      })
      if (outcome === 'done') planned.forget(execution)
      return outcome
    },
    undo,
    hidePlanned: (source) => ({
      ...source,
      async openExternal(...of) {
        const hidden = planned.watch()
        try {
          const snapshot = await source.openExternal(...of)
          const files = snapshot.files.filter((file) => !hidden.has(printObjectUri(file)))
          return { ...snapshot, files }
        } finally {
          planned.unwatch(hidden)
        }
      },
    }),
  }
}

/** Readers know the format by the table; encodings that HTTP clients would undo are none of theirs. */
const CONTENT_TYPE = 'application/octet-stream'

/** Objects of statements in progress. A listing must hide all that were planned when it began, or since. */
class PlannedObjects {
  readonly #byExecution = new Map<string, readonly string[]>()
  readonly #watched = new Set<Set<string>>()

  add(execution: string, uris: readonly string[]): void {
    this.#byExecution.set(execution, uris)
    for (const hidden of this.#watched) for (const uri of uris) hidden.add(uri)
  }

  forget(execution: string): void {
    this.#byExecution.delete(execution)
  }

  /** A set that grows until `unwatch`. */
  watch(): Set<string> {
    const hidden = new Set([...this.#byExecution.values()].flat())
    this.#watched.add(hidden)
    return hidden
  }

  unwatch(hidden: Set<string>): void {
    this.#watched.delete(hidden)
  }
}

/** Within a transaction. */
function applyChange({ glue }: Catalog, change: CatalogChange): ReturnType<WriteTarget['commit']> {
  if (change.kind === 'none') return 'done'
  const { database } = change
  const table = change.kind === 'create table' ? change.table.Name : change.table
  if (change.kind === 'create table') {
    const outcome = glue.createTable({ database, name: table, definition: JSON.stringify(change.table) })
    if (outcome !== 'created') return outcome
  }
  for (const partition of change.partitions) {
    const definition = { values: partition.Values, definition: JSON.stringify(partition) }
    if (glue.partitions.create(database, table, definition) === 'no table') return 'no table'
  }
  return 'done'
}
