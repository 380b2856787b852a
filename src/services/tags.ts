/** Changes of a resource's tags. What a service has of them, and where, is its own. */

/** AWS's quota for each resource. */
const TAGS_MAX = 50

export type TagChange = (tags: Map<string, string>) => void

export function addTags(added: Iterable<readonly [key: string, value: string]>): TagChange {
  return (tags) => {
    for (const [key, value] of added) tags.set(key, value)
  }
}

export function removeTags(keys: readonly string[]): TagChange {
  return (tags) => {
    for (const key of keys) tags.delete(key)
  }
}

/** Throws what `refused` makes of the reason. */
export function changedTags(
  tags: Iterable<readonly [key: string, value: string]>,
  change: TagChange,
  refused: (reason: string) => Error,
): [key: string, value: string][] {
  const changed = new Map(tags)
  change(changed)
  checkTagCount(changed.size, refused)
  return [...changed]
}

export function checkTagCount(count: number, refused: (reason: string) => Error): void {
  if (count > TAGS_MAX) throw refused(`A resource can not have more than ${TAGS_MAX} tags.`)
}
