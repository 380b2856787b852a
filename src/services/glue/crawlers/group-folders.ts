/**
 * Folders become tables from the innermost outwards: folders side by side that hold the same kind of files are partitions
 * of one table, which is the folder around them; folders that do not are tables of their own.
 */
import type { FileSchema } from './classify/file-schema.ts'
import type { Folder, SampleFile } from './folder-tree.ts'
import { areSimilar, formatOf, mergeSchemas } from './schema-likeness.ts'

export interface Group {
  /** From the target's root; ends in a file's name where that is all there is. */
  path: string[]
  isFile: boolean
  /** Undefined where none of its files was looked at. */
  schema: FileSchema | undefined
  /** A name for each level of folders below; undefined: they are no `key=value`. */
  keys: (string | undefined)[]
  /** Where there are keys. */
  partitions: GroupPartition[]
  files: number
  bytes: number
}

export interface GroupPartition {
  values: string[]
  path: string[]
  schema: FileSchema | undefined
  files: number
  bytes: number
}

export interface Grouping {
  /** One table for all that is of one format, however little the columns are alike. */
  combinesCompatible: boolean
  /** The level of tables below the root: 0 is the root itself. Undefined: it is found. */
  tableDepth: number | undefined
}

export function groupFolders(folder: Folder, grouping: Grouping): Group[] {
  const own = ownGroups(folder, grouping)
  const children = [...folder.folders].map(([name, inner]) => ({
    name,
    groups: groupFolders(inner, grouping),
  }))
  const filled = children.filter(({ groups }) => groups.length > 0)
  if (filled.length === 0) return own
  if (isAboveTables(folder, grouping))
    return [...filesOf(own, folder), ...filled.flatMap(({ groups }) => groups)]
  if (own.length === 0) {
    const merged = mergeChildren(folder, filled, grouping)
    if (merged !== undefined) return [merged]
    if (!isForced(folder, grouping)) return filled.flatMap(({ groups }) => groups)
  }
  const all = [...own, ...filled.flatMap(({ groups }) => groups)]
  const whole = unpartitioned(folder, all, isForced(folder, grouping) || grouping.combinesCompatible)
  // Its folder holds those of others, too: only the files themselves can be tables.
  return whole === undefined ? [...filesOf(own, folder), ...filled.flatMap(({ groups }) => groups)] : [whole]
}

function isAboveTables({ path }: Folder, { tableDepth }: Grouping): boolean {
  return tableDepth !== undefined && path.length < tableDepth
}

function isForced({ path }: Folder, { tableDepth }: Grouping): boolean {
  return tableDepth !== undefined && path.length >= tableDepth
}

function ownGroups(folder: Folder, grouping: Grouping): Group[] {
  if (folder.files === 0) return []
  const known = folder.samples.filter((sample) => sample.schema !== undefined)
  // All of them were looked at, and none is of a known format.
  if (known.length === 0 && folder.samples.some(({ isLookedAt }) => isLookedAt)) return []
  const schemas = known.map((sample) => sample.schema!)
  const isOne = areOne(schemas, grouping.combinesCompatible || isForced(folder, grouping))
  if (!isOne) return known.map((sample) => fileGroup(folder, sample))
  const { path, files, bytes } = folder
  const schema = schemas.length === 0 ? undefined : schemas.reduce(mergeSchemas)
  return [{ path, isFile: false, schema, keys: [], partitions: [], files, bytes }]
}

function fileGroup({ path }: Folder, { key, bytes, schema }: SampleFile): Group {
  const name = key.slice(key.lastIndexOf('/') + 1)
  return { path: [...path, name], isFile: true, schema, keys: [], partitions: [], files: 1, bytes }
}

function filesOf(own: readonly Group[], folder: Folder): Group[] {
  if (own.every(({ isFile }) => isFile)) return [...own]
  return folder.samples
    .filter((sample) => sample.schema !== undefined)
    .map((sample) => fileGroup(folder, sample))
}

/** What is not known goes with anything. */
function areOne(schemas: readonly FileSchema[], ofOneFormatIsEnough: boolean): boolean {
  const [first, ...others] = schemas
  if (first === undefined) return true
  return others.every(
    (schema) => formatOf(schema) === formatOf(first) && (ofOneFormatIsEnough || areSimilar(schema, first)),
  )
}

function unpartitioned(
  folder: Folder,
  groups: readonly Group[],
  ofOneFormatIsEnough: boolean,
): Group | undefined {
  const schemas = groups.flatMap(({ schema }) => schema ?? [])
  if (groups.some(({ isFile }) => isFile) || !areOne(schemas, ofOneFormatIsEnough)) return undefined
  return {
    path: folder.path,
    isFile: false,
    schema: schemas.length === 0 ? undefined : schemas.reduce(mergeSchemas),
    keys: [],
    partitions: [],
    ...sums(groups),
  }
}

interface Child {
  name: string
  groups: Group[]
}

function mergeChildren(folder: Folder, children: readonly Child[], grouping: Grouping): Group | undefined {
  const named = keyOf(children.map(({ name }) => name))
  // A folder alone may be anything: only its name, or whoever says so, makes a partition of it.
  const isMeant = named !== undefined || isForced(folder, grouping) || grouping.combinesCompatible
  if (!isMeant && children.length < 2) return undefined
  const groups = children.map(({ groups: [only, ...others] }) => (others.length === 0 ? only : undefined))
  if (!groups.every((group) => group !== undefined && !group.isFile)) return undefined
  const all = groups as Group[]
  const depth = all[0]!.keys.length
  if (all.some(({ keys }) => keys.length !== depth)) return undefined
  const schemas = all.flatMap(({ schema }) => schema ?? [])
  if (!areOne(schemas, isMeant)) return undefined
  return {
    path: folder.path,
    isFile: false,
    schema: schemas.length === 0 ? undefined : schemas.reduce(mergeSchemas),
    keys: [
      named,
      ...Array.from({ length: depth }, (_, level) => all.map(({ keys }) => keys[level]).find(Boolean)),
    ],
    partitions: children.flatMap(({ name }, place) => partitionsOf(all[place]!, valueOf(name, named))),
    ...sums(all),
  }
}

function partitionsOf(group: Group, value: string): GroupPartition[] {
  if (group.keys.length > 0)
    return group.partitions.map((partition) => ({ ...partition, values: [value, ...partition.values] }))
  const { path, schema, files, bytes } = group
  return [{ values: [value], path, schema, files, bytes }]
}

/** `dt` where all are `dt=…`. */
function keyOf(names: readonly string[]): string | undefined {
  const [first, ...others] = names.map((name) => /^([^=]+)=/.exec(name)?.[1]?.toLowerCase())
  return first !== undefined && others.every((key) => key === first) ? first : undefined
}

/** Hive writes the signs that are no part of a path as `%3A`. */
function valueOf(name: string, key: string | undefined): string {
  if (key === undefined) return name
  const value = name.slice(key.length + 1)
  return value.replace(/%[0-9A-Fa-f]{2}/g, (code) => {
    const byte = parseInt(code.slice(1), 16)
    return byte < 0x80 ? String.fromCharCode(byte) : code
  })
}

function sums(groups: readonly { files: number; bytes: number }[]): { files: number; bytes: number } {
  return {
    files: groups.reduce((sum, { files }) => sum + files, 0),
    bytes: groups.reduce((sum, { bytes }) => sum + bytes, 0),
  }
}
