import { DatabaseSync } from 'node:sqlite'
import { HozonError } from '../base/errors.ts'
import { catalogFaults, corruptError } from './faults.ts'
import { APPLICATION_ID, MIGRATIONS, migrate } from './schema.ts'

/** The inner pages of the indexes of about a million objects. */
const CACHE_KIB = 32 * 1024

/**
 * EXCLUSIVE comes before WAL: only then no other process can open the file, and no shared-memory file is needed.
 * FULL: a committed transaction survives a power cut; segments are removed on the strength of it.
 */
const PRAGMAS = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA foreign_keys = ON;
  PRAGMA cache_size = -${CACHE_KIB};
  BEGIN IMMEDIATE;
  COMMIT;
`

/** Opens or makes the file, takes its lock, and brings it to the newest version. */
export function openDatabase(path: string): DatabaseSync {
  const op = 'open catalog'
  const db = catalogFaults(op, path, () => new DatabaseSync(path, { timeout: 0 }))
  try {
    catalogFaults(op, path, () => {
      db.exec(PRAGMAS)
      migrate(db, checkVersion(db, path))
    })
    return db
  } catch (error) {
    db.close()
    throw isOfOtherTables(error) ? corruptError(error.message, { op, target: path, cause: error }) : error
  }
}

/** SQLITE_ERROR while statements are made ready: the file has our mark, but not our tables. */
export function isOfOtherTables(error: unknown): error is Error {
  return error instanceof Error && 'errcode' in error && error.errcode === 1
}

function checkVersion(db: DatabaseSync, path: string): number {
  const version = pragma(db, 'user_version')
  const applicationId = pragma(db, 'application_id')
  const isEmpty = db.prepare('SELECT count(*) = 0 AS answer FROM sqlite_schema').get()?.['answer'] === 1
  if (isEmpty && version === 0 && applicationId === 0) return 0
  if (applicationId !== APPLICATION_ID || version < 1)
    throw corruptError('this is not a catalog of hozon', { op: 'open catalog', target: path })
  if (version > MIGRATIONS.length)
    throw new HozonError(
      'HOZON_CATALOG_VERSION',
      `the catalog has version ${version}, made by a newer hozon`,
      {
        op: 'open catalog',
        target: path,
        hint: `this hozon knows versions up to ${MIGRATIONS.length}: install the newer one again`,
      },
    )
  return version
}

function pragma(db: DatabaseSync, name: 'user_version' | 'application_id'): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name])
}
