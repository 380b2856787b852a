/**
 * A run's manifest is the object that says what a run is made of. It is put after the run's objects and before the
 * catalog's transaction, under `_hozon/` (engines skip names that begin with an underscore), so that the catalog can be
 * made anew from the bucket alone: `hozon catalog rebuild` reads only manifests.
 */
import { OWN_FOLDER } from '../base/own-folder.ts'
import type { TableSchema } from '../base/schema.ts'
import type { Run, RunResult, Table } from '../catalog/catalog.ts'

export interface Manifest {
  version: 1
  run: Run
  result: RunResult
  table: Omit<Table, 'schema'>
  schema: TableSchema
}

const ID_DIGITS = 10

export function manifestPrefix(stream: string): string {
  return `${OWN_FOLDER}runs/${stream}/`
}

/** In a bucket's order the runs of a stream come in their order. */
export function manifestKey(run: Run): string {
  return `${manifestPrefix(run.stream)}${String(run.firstSegment).padStart(ID_DIGITS, '0')}-${run.id}.json`
}

export function encodeManifest(manifest: Manifest): Buffer {
  return Buffer.from(JSON.stringify(manifest) + '\n')
}

/** What no object that is delivered can be called: `<name>-<version>-<time>-<uuid>` has more parts. */
const NAME = /^\d{10,16}-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.json$/

/** Undefined when the bytes are no manifest of a version that this program knows, or that of another key. */
export function decodeManifest(key: string, bytes: Buffer): Manifest | undefined {
  try {
    const parsed = JSON.parse(bytes.toString('utf8')) as Partial<Manifest>
    const { version, run, result } = parsed
    if (version !== 1 || run === undefined || result === undefined) return undefined
    return NAME.test(key.slice(manifestPrefix(run.stream).length)) && manifestKey(run) === key
      ? (parsed as Manifest)
      : undefined
  } catch {
    // Not JSON: somebody else's object under our prefix. The caller counts and names it.
    return undefined
  }
}
