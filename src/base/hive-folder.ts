/** Folders of partitions as Hive names them: `dt=2026-01-01/city=a%3Ab`. */

/** Stands for NULL and for an empty text. */
export const NULL_FOLDER = '__HIVE_DEFAULT_PARTITION__'

// oxlint-disable-next-line no-control-regex -- they are what Hive escapes
const ESCAPED = /[\x00-\x1f"#%'*/:=?\\\x7f{[\]^]/g

/** Also the name of a partition in lists of them. */
export function partitionName(keys: readonly string[], values: readonly string[]): string {
  return keys.map((key, index) => `${escapeName(key)}=${escapeName(values[index] ?? '')}`).join('/')
}

/** With a `/` behind it; empty without keys. */
export function partitionFolder(keys: readonly string[], values: readonly string[]): string {
  return keys.length === 0 ? '' : `${partitionName(keys, values)}/`
}

function escapeName(text: string): string {
  if (text === '') return NULL_FOLDER
  return text.replaceAll(
    ESCAPED,
    (char) => `%${char.codePointAt(0)!.toString(16).toUpperCase().padStart(2, '0')}`,
  )
}

/** The values of the keys, if the folders are those of a partition. */
export function valuesOfFolders(keys: readonly string[], folders: readonly string[]): string[] | undefined {
  const values: string[] = []
  for (const [index, key] of keys.entries()) {
    const folder = folders[index] ?? ''
    const equals = folder.indexOf('=')
    if (equals === -1 || unescapeName(folder.slice(0, equals)) !== key) return undefined
    values.push(unescapeName(folder.slice(equals + 1)))
  }
  return values
}

function unescapeName(text: string): string {
  return text.replaceAll(/%([\dA-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}
