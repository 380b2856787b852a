import type { Column, ColumnType } from '../base/schema.ts'

/** Has a scalar that `earlier` knows another type in `later`, at any depth? New columns do not count. */
export function isRetyped(earlier: readonly Column[], later: readonly Column[]): boolean {
  const types = new Map(later.map(({ name, type }) => [name, type]))
  return earlier.some(({ name, type }) => {
    const now = types.get(name)
    return now !== undefined && isOtherType(type, now)
  })
}

function isOtherType(before: ColumnType, now: ColumnType): boolean {
  if (typeof before === 'string' || typeof now === 'string') return before !== now
  if ('struct' in before) return !('struct' in now) || isRetyped(before.struct, now.struct)
  if ('list' in before) return !('list' in now) || isOtherType(before.list, now.list)
  if ('map' in before)
    return (
      !('map' in now) ||
      isOtherType(before.map.key, now.map.key) ||
      isOtherType(before.map.value, now.map.value)
    )
  return JSON.stringify(before) !== JSON.stringify(now)
}
