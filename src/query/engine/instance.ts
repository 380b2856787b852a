/**
 * One DuckDB instance for one query: nothing of a query can outlive it. Locked before the user's SQL is bound.
 */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { VIEW_SCHEMA } from '../planner/bind.ts'
import { MACRO_SCHEMA } from '../dialect/macros.ts'
import { dirname } from 'node:path'
import { quotedText } from './column-types.ts'
import type { Limits } from './protocol.ts'
import { realFiles } from '../../sys/real-files.ts'
import { spillFolder } from './spill-folder.ts'

export interface Engine {
  connection: DuckDBConnection
  /** Another one of the same instance: the statement is parsed while its views are made. */
  parser: DuckDBConnection
  /** Those that are set already. */
  limits: Limits | undefined
  close(): void
}

/** Known before the query is: nothing may be installed, loaded or logged, and Trino's rules of arithmetic hold. */
const START_OPTIONS = {
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
  threads: '1',
  // 7 / 2 = 3. What DuckDB makes of a division by zero is in dialect/rules/arithmetic.ts.
  integer_division: 'true',
  default_null_order: 'NULLS_LAST',
  // Every file is read once per instance: nothing to keep, and with many files it adds up.
  enable_external_file_cache: 'false',
  // Sorting is not undone by it: only the order of rows that the query does not order is left open.
  preserve_insertion_order: 'false',
}

/** Those that can not be start options. */
const SETTINGS = [
  `SET TimeZone = 'UTC'`,
  'SET enable_progress_bar = false',
  `CREATE SCHEMA ${VIEW_SCHEMA}`,
  `CREATE SCHEMA ${MACRO_SCHEMA}`,
]

/**
 * Takes 12 ms: the child keeps one ready.
 *
 * @param limits that the query will probably have: what is set here need not be when it waits
 */
export async function openEngine(limits?: Limits): Promise<Engine> {
  const instance = await DuckDBInstance.create(':memory:', START_OPTIONS)
  const [connection, parser] = [await instance.connect(), await instance.connect()]
  await connection.run([...SETTINGS, ...limitSettings(limits)].join('; '))
  return {
    connection,
    parser,
    limits,
    close() {
      connection.closeSync()
      parser.closeSync()
      instance.closeSync()
    },
  }
}

/**
 * From here on the instance reads these files and no other, writes none, and nobody can change that. Statements of ours
 * that write may do so below `writeFolder`.
 */
export async function lockEngine(
  engine: Engine,
  files: string[],
  limits: Limits,
  writeFolder?: string,
): Promise<void> {
  const known = new Set(limitSettings(engine.limits))
  const changed = limitSettings(limits).filter((setting) => !known.has(setting))
  // The engine makes its own folder when it spills, but not those above.
  if (changed.length > 0 && limits.spillDirectory !== '') await realFiles.makeDirectory(limits.spillDirectory)
  const settings = [
    ...changed,
    ...allowedFiles(files, writeFolder),
    ...(writeFolder === undefined ? [] : [`SET partitioned_write_flush_threshold = ${FLUSHED_ROWS}`]),
    'SET enable_external_access = false',
    'SET lock_configuration = true',
  ]
  engine.limits = limits
  await engine.connection.run(settings.join('; '))
}

function limitSettings(limits: Limits | undefined): string[] {
  if (limits === undefined) return []
  const { memoryMiB, threads, spillDirectory, spillMiB } = limits
  return [
    `SET memory_limit = '${memoryMiB}MiB'`,
    `SET threads = ${threads}`,
    ...(spillDirectory === ''
      ? [`SET temp_directory = ''`]
      : [
          `SET temp_directory = ${quotedText(spillFolder(spillDirectory, process.pid))}`,
          `SET max_temp_directory_size = '${spillMiB}MiB'`,
        ]),
  ]
}

/** Of a partition that a thread holds before they become a row group: what two hundred MB have room for. */
const FLUSHED_ROWS = 65_536

/** Each takes the engine 25 µs to look into: a query of many files would wait for it longer than for its rows. */
const ALLOWED_PATHS_MAX = 16
const ALLOWED_FOLDERS_MAX = 1000

/**
 * Of many files only their folders are named: the gate lets no query name a file anyway, so that this is the second
 * fence. Of very many folders it is those above them.
 */
function allowedFiles(files: string[], writeFolder: string | undefined): string[] {
  const written = writeFolder === undefined ? [] : [writeFolder]
  if (files.length <= ALLOWED_PATHS_MAX)
    return [`SET allowed_paths = [${files.map(quotedText).join(', ')}]`, allowedFolders(written)]
  let folders = new Set(files.map((file) => dirname(file)))
  while (folders.size > ALLOWED_FOLDERS_MAX) folders = withoutDeepest(folders)
  return [allowedFolders([...folders, ...written])]
}

/** The deepest become those above them: others are not to be opened further than to where these lie. */
function withoutDeepest(folders: ReadonlySet<string>): Set<string> {
  const depths = new Map([...folders].map((folder) => [folder, folder.split('/').length]))
  const deepest = Math.max(...depths.values())
  return new Set([...depths].map(([folder, depth]) => (depth === deepest ? dirname(folder) : folder)))
}

function allowedFolders(folders: string[]): string {
  return `SET allowed_directories = [${folders.map((folder) => quotedText(`${folder}/`)).join(', ')}]`
}
