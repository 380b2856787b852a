/** Tags in the order of tagging; a key that is set again keeps its place. */
import type { DeliveryStreamDefinition } from './definition.ts'
import { tagQuotaExceeded } from './faults.ts'
import type { Tag } from './inputs.ts'

/** AWS's quota for each stream. */
export const TAGS_MAX = 50

type Tags = DeliveryStreamDefinition['tags']

/** Throws LimitExceededException. */
export function taggedWith(tags: Tags, added: readonly Tag[]): Tags {
  const merged = new Map(Object.entries(tags))
  for (const { Key, Value = '' } of added) merged.set(Key, Value)
  if (merged.size > TAGS_MAX) throw tagQuotaExceeded(TAGS_MAX)
  return Object.fromEntries(merged)
}

export function tagList(tags: Tags): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}
