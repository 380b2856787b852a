/** The values of partition keys as text, and what AWS says of those that can not be. */

export type Keys = { keys: Record<string, string> } | { problem: string }

const EMPTY_VALUE: Keys = { problem: 'partitionKeys values must not be null or empty' }

/** Undefined: not an object at all. */
export function keyValues(value: unknown): Keys | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const keys: Record<string, string> = Object.create(null)
  for (const [key, of] of Object.entries(value)) {
    const text = textOf(of)
    if (text === undefined) return EMPTY_VALUE
    keys[key] = text
  }
  return { keys }
}

/** Only those that are asked for; all of them have to be there. */
export function pickKeys(from: Keys | undefined, names: readonly string[]): Keys {
  if (names.length === 0) return from !== undefined && 'problem' in from ? from : { keys: {} }
  if (from === undefined) return EMPTY_VALUE
  if ('problem' in from) return from
  const picked: Record<string, string> = {}
  for (const name of names) {
    const value = Object.hasOwn(from.keys, name) ? from.keys[name] : undefined
    if (value === undefined || value === '') return EMPTY_VALUE
    Object.defineProperty(picked, name, { value, enumerable: true, configurable: true, writable: true })
  }
  return { keys: picked }
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}
