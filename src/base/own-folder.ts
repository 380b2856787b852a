/**
 * The folder of every bucket where Hozon keeps what a catalog can be made anew from (manifests, streams). What lies there is
 * believed, so no sender, stream or client puts anything else into it.
 */
export const OWN_FOLDER = '_hozon/'

/** Of a key or an evaluated prefix. Where file names have no case, `_HOZON` is the same folder. */
export function isInOwnFolder(key: string): boolean {
  return key.slice(0, OWN_FOLDER.length).toLowerCase() === OWN_FOLDER
}
