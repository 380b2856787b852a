/** Tags in the order of tagging; a key that is set again keeps its place. */
import type { DeliveryStreamDefinition } from './definition.ts'
import { tagQuotaExceeded } from './faults.ts'
import type { Tag } from './inputs.ts'

/** AWS's quota for each stream. */
export const TAGS_MAX = 50

type Tags = DeliveryStreamDefinition['tags']

/** Throws LimitExceededException. */
export function taggedWith(tags: Tags, added: readonly Tag[]): Tags {
  const merged = new Map(pairsOf(tags))
  for (const { Key, Value = '' } of added) merged.set(Key, Value)
  if (merged.size > TAGS_MAX) throw tagQuotaExceeded(TAGS_MAX)
  return [...merged]
}

export function withoutTags(tags: Tags, keys: readonly string[]): Tags {
  return pairsOf(tags).filter(([key]) => !keys.includes(key))
}

export function tagList(tags: Tags): Tag[] {
  return pairsOf(tags).map(([Key, Value]) => ({ Key, Value }))
}

function pairsOf(tags: Tags): readonly (readonly [key: string, value: string])[] {
  return Array.isArray(tags) ? tags : Object.entries(tags)
}
