/** The name that was probably meant: the one with the fewest typing errors, if they are few. */
export function closestName(written: string, names: string[]): string | undefined {
  const allowed = Math.max(2, Math.floor(written.length / 3))
  let best: string | undefined
  let bestDistance = allowed + 1
  for (const name of names) {
    const distance = editDistance(written, name, bestDistance)
    if (distance < bestDistance) [best, bestDistance] = [name, distance]
  }
  return best
}

/** Insertions, deletions and replacements between two names; at least `limit` when there are that many. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(previous[j]! + 1, row[j - 1]! + 1, replaced))
    }
    previous = row
  }
  return previous[b.length]!
}
