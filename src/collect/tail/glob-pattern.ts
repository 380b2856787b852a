/**
 * Globs as sequences of path segments, so that a directory tree is walked only where a pattern can match: a literal
 * segment costs no listing, and a directory is listed once for all patterns that reach it.
 */
import picomatch from 'picomatch'

export type Segment =
  | { kind: 'literal'; name: string }
  | { kind: 'match'; matches: (name: string) => boolean }
  | { kind: 'any-depth' }

/** A place in a pattern: `rest` is what the names in a directory still have to match. */
export interface Reach {
  readonly rest: readonly Segment[]
}

/** What a name in a directory means to the patterns that reach it. */
export interface NameMeaning {
  isFileMatch: boolean
  /** What reaches the directory of that name, if it is one. */
  below: Reach[]
}

/** One absolute glob; braces may span segments. */
export function compileGlob(glob: string): Reach[] {
  return expandBraces(glob).map((pattern) => ({ rest: pattern.split('/').filter(Boolean).map(toSegment) }))
}

export function meaningOf(reaches: readonly Reach[], name: string): NameMeaning {
  const meaning: NameMeaning = { isFileMatch: false, below: [] }
  for (const reach of reaches) addMeaning(meaning, reach.rest, name)
  return meaning
}

/** Does a pattern match this absolute path? */
export function matchesPath(reaches: readonly Reach[], path: string): boolean {
  const names = path.split('/').filter(Boolean)
  let reached = [...reaches]
  for (const [index, name] of names.entries()) {
    const { isFileMatch, below } = meaningOf(reached, name)
    if (index === names.length - 1) return isFileMatch
    reached = below
  }
  return false
}

function addMeaning(meaning: NameMeaning, rest: readonly Segment[], name: string): void {
  const [first, ...others] = rest
  if (first === undefined) return
  if (first.kind === 'any-depth') {
    // `**` matches no directory at all, or this one and any below it; hidden ones must be named.
    addMeaning(meaning, others.length === 0 ? [ANY_NAME] : others, name)
    if (!name.startsWith('.')) meaning.below.push({ rest })
    return
  }
  if (!(first.kind === 'literal' ? first.name === name : first.matches(name))) return
  if (others.length === 0) meaning.isFileMatch = true
  else meaning.below.push({ rest: others })
}

/** The literal names that a directory may hold and that can be tried without a listing. */
export function literalNames(reaches: readonly Reach[]): string[] | undefined {
  const names = new Set<string>()
  for (const { rest } of reaches) {
    const first = rest[0]
    if (first?.kind !== 'literal' || rest.length === 1) return undefined
    names.add(first.name)
  }
  return [...names]
}

const ANY_NAME: Segment = { kind: 'match', matches: (name) => !name.startsWith('.') }

function toSegment(text: string): Segment {
  if (text === '**') return { kind: 'any-depth' }
  const scanned = picomatch.scan(text)
  if (!scanned.isGlob && !/[*?[\](){}!+@\\]/.test(text)) return { kind: 'literal', name: text }
  return { kind: 'match', matches: picomatch(text) }
}

/** `a{b,c/d}e` -> `abe`, `ac/de`. Ranges `{1..3}` and braces without a comma are left to picomatch. */
function expandBraces(glob: string): string[] {
  const open = findAlternatives(glob)
  if (open === undefined) return [glob]
  const { from, to, parts } = open
  return parts.flatMap((part) => expandBraces(glob.slice(0, from) + part + glob.slice(to)))
}

function findAlternatives(glob: string): { from: number; to: number; parts: string[] } | undefined {
  for (let from = glob.indexOf('{'); from >= 0; from = glob.indexOf('{', from + 1)) {
    if (from > 0 && (glob[from - 1] === '\\' || glob[from - 1] === '$')) continue
    const parts: string[] = []
    let depth = 1
    let start = from + 1
    for (let at = start; at < glob.length; at += 1) {
      const char = glob[at]
      if (char === '{') depth += 1
      if (char === '}') depth -= 1
      if ((char === ',' && depth === 1) || depth === 0) {
        parts.push(glob.slice(start, at))
        start = at + 1
      }
      if (depth === 0) {
        if (parts.length > 1) return { from, to: at + 1, parts }
        break
      }
    }
  }
  return undefined
}
