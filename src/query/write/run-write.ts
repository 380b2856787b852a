/**
 * Runs CREATE TABLE AS, INSERT and UNLOAD. The order of the durable steps is in write-target.ts; whatever fails before
 * the last one takes the files away again.
 */
import { join } from 'node:path'
import { HozonError } from '../../base/errors.ts'
import { printObjectUri, type S3Object } from '../../base/s3-location.ts'
import type { Sys } from '../../sys/sys.ts'
import type { WriteAnswer, WriteRequest, WrittenFile } from '../engine/write/protocol.ts'
import type { ExecuteOptions, QueryStats } from '../query.ts'
import type { WriteStatement } from '../statement/statement.ts'
import { planCreateTableAs } from './create-table-as.ts'
import { planInsert } from './insert.ts'
import { fileName } from './location.ts'
import { notAllowed, refused } from './refusals.ts'
import { fileExtension } from './storage.ts'
import { planUnload } from './unload.ts'
import type { WriteContext, WriteJob } from './write-job.ts'

/** What an engine is asked, without what only the planner knows. */
export type EngineWrite = Omit<WriteRequest, 'sql' | 'scans' | 'limits'>

export interface RunWrite extends Omit<WriteContext, 'nowMs'> {
  sys: Pick<Sys, 'clock' | 'files'>
  options: ExecuteOptions
  /** Plans the query and has an engine write its rows. */
  write(request: EngineWrite): Promise<{ answer: WriteAnswer; stats: QueryStats }>
  /** Places that statements in progress write to. */
  claims: Set<string>
  /** Of all files of the statement. */
  bytesMax: number
}

export interface Written {
  rows: number
  /** URIs of all objects. */
  manifest: string[]
  countsRows: boolean
  /** Undefined when there was nothing to do. */
  stats: QueryStats | undefined
}

export async function runWrite(statement: WriteStatement, run: RunWrite): Promise<Written> {
  if (run.options.mayWrite !== true) throw notAllowed(statement.kind.toUpperCase())
  const job = await planWrite(statement, { ...run, nowMs: run.sys.clock.now() })
  if (job === undefined) return { rows: 0, manifest: [], countsRows: true, stats: undefined }
  const release = claim(run.claims, job.claim)
  const folder = join(run.target.scratch, run.options.executionId)
  try {
    await run.sys.files.makeDirectory(folder)
    const { answer, stats } = await run.write({ ...job.request, folder, bytesMax: run.bytesMax })
    const manifest = await publish(run, job, folder, answer)
    return { rows: rowsOf(answer), manifest, countsRows: job.countsRows, stats }
  } finally {
    release()
    await run.sys.files.removeTree(folder)
  }
}

async function planWrite(statement: WriteStatement, context: WriteContext): Promise<WriteJob | undefined> {
  if (statement.kind === 'create table as') return planCreateTableAs(statement, context)
  return statement.kind === 'insert' ? planInsert(statement, context) : planUnload(statement, context)
}

/** Two statements would both find an empty place, and mix their files. */
function claim(claims: Set<string>, place: string | undefined): () => void {
  if (place === undefined) return () => {}
  if ([...claims].some((other) => other.startsWith(place) || place.startsWith(other)))
    throw refused(`HIVE_PATH_ALREADY_EXISTS: another statement is writing to ${place}`)
  claims.add(place)
  return () => void claims.delete(place)
}

/** Makes the files durable, and then what they are. Returns their URIs. */
async function publish(run: RunWrite, job: WriteJob, folder: string, answer: WriteAnswer): Promise<string[]> {
  const { target, options } = run
  const placed = placedFiles(run, job, answer)
  const objects = placed.map(({ object }) => object)
  const uris = objects.map(printObjectUri)
  target.plan(options.executionId, uris)
  try {
    for (const { object, file } of placed) {
      if (options.signal?.aborted === true) throw cancelled()
      await target.put(object, join(folder, file.name))
    }
    const rows = job.countsRows ? rowsOf(answer) : undefined
    const outcome = target.commit(options.executionId, job.change(answer), rows)
    if (outcome !== 'done')
      throw refused(job.refusals[outcome] ?? `the catalog refused the table: ${outcome}`)
  } catch (error) {
    await target.undo(options.executionId, objects)
    throw error
  }
  return uris
}

function rowsOf({ files }: WriteAnswer): number {
  return files.reduce((sum, file) => sum + file.rows, 0)
}

function placedFiles(
  { sys, options }: RunWrite,
  job: WriteJob,
  { files }: WriteAnswer,
): { object: S3Object; file: WrittenFile }[] {
  const nowMs = sys.clock.now()
  const extension = fileExtension(job.request.format)
  return files.map((file, index) => {
    const { bucket, prefix } = job.folderOf(file.partition)
    return { object: { bucket, key: prefix + fileName(options.executionId, index, nowMs, extension) }, file }
  })
}

function cancelled(): HozonError {
  return new HozonError('HOZON_SQL_CANCELLED', 'the query was cancelled', { op: 'write table' })
}
