/** Patterns of SHOW: `*` for anything, `|` for or; Trino's `%` is taken, too. */

/** Linear in pattern times name, whatever the pattern: it is anybody's who may read. */
export function matchesPattern(pattern: string | undefined, name: string): boolean {
  if (pattern === undefined) return true
  // Hive takes a pattern for a regular expression, in which `.*` is the same as `*`.
  const alternatives = pattern.toLowerCase().replaceAll('.*', '*').split('|')
  return alternatives.some((alternative) => matchesGlob(alternative.split(/[*%]+/), name))
}

function matchesGlob(parts: readonly string[], name: string): boolean {
  const first = parts[0]!
  if (parts.length === 1) return first === name
  const last = parts.at(-1)!
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last))
    return false
  let at = first.length
  const end = name.length - last.length
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at)
    if (found === -1 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}
