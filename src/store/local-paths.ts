import { basename, dirname, join } from 'node:path'
import { systemCode } from '../base/errors.ts'
import type { Files, FileStat } from '../sys/sys.ts'
import { besideNames, descriptionNames, formerDescriptionNames, keyNames } from './local-names.ts'
import { keyError, RESERVED_PREFIX } from './object-key.ts'
import type { KnownFolders } from './store.ts'

/** Where a folder store keeps what. `root` is a real path: no symlink in it. */
export interface LocalPaths {
  root: string
  /** Files that are being written. Everything in it is left over from a crash when the store opens. */
  incoming: string
  /** Multipart uploads that are neither completed nor aborted. */
  uploads: string
  bucket(bucket: string): string
  object(bucket: string, key: string): string
  /** Where the object is while a folder has its name: see local-names.ts. */
  beside(bucket: string, key: string): string | undefined
  metadataOf(bucket: string): string
  tagsOf(bucket: string): string
  metadata(bucket: string, key: string): string
  formerMetadata(bucket: string, key: string): string | undefined
}

export function localPaths(root: string): LocalPaths {
  const below = (folder: string, names: string[] | undefined): string | undefined =>
    names === undefined ? undefined : join(folder, ...names)
  const metadataOf = (bucket: string): string => join(root, '.metadata', bucket)
  return {
    root,
    incoming: join(root, '.incoming'),
    uploads: join(root, '.uploads'),
    bucket: (bucket) => join(root, bucket),
    object: (bucket, key) => join(root, bucket, ...keyNames(key)),
    beside: (bucket, key) => below(join(root, bucket), besideNames(key)),
    metadataOf,
    // No description of an object has the name: see local-names.ts.
    tagsOf: (bucket) => join(metadataOf(bucket), `${RESERVED_PREFIX}tags.json`),
    metadata: (bucket, key) => join(metadataOf(bucket), ...descriptionNames(key)),
    formerMetadata: (bucket, key) => below(metadataOf(bucket), formerDescriptionNames(key)),
  }
}

/**
 * The object's file, or undefined when there is none. Only plain files in plain folders are objects: a symlink could
 * lead out of the store, for reading as for writing.
 */
export async function statObject(
  files: Files,
  op: string,
  path: string,
  known?: KnownFolders,
): Promise<FileStat | undefined> {
  try {
    const stat = await files.lstat(path)
    if (stat.kind !== 'file') return undefined
    await refuseSymlinks(files, op, path, known)
    return stat
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}

/** `path` and its folder must be where they seem to be. */
export async function refuseSymlinks(
  files: Files,
  op: string,
  path: string,
  known?: KnownFolders,
): Promise<void> {
  const folder = dirname(path)
  const asked = known?.get(folder) ?? files.realpath(folder)
  known?.set(folder, asked)
  const real = await asked
  if (real !== folder)
    throw keyError(
      op,
      basename(path),
      `its folder is a symlink to ${real}`,
      'the store follows no symlinks; move the folder into place',
    )
}
