/** The words of a partition expression: names, texts, numbers and signs. */
export type Token =
  | { kind: 'name'; text: string; isQuoted: boolean }
  | { kind: 'literal'; text: string }
  /** `(`, `)`, `,`, `=`, `<>`, `<`, `<=`, `>`, `>=` */
  | { kind: 'sign'; text: string }

const SPACE = /\s+/y
const NAME = /[A-Za-z_$][\w$.]*/y
/** `"dt"`, `` `dt` `` */
const QUOTED_NAME = /"[^"]+"|`[^`]+`/y
const TEXT = /'(?:[^']|'')*'/y
const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y
const SIGN = /<>|!=|<=|>=|[(),=<>]/y

/** Undefined: there is something in it that is none of these. */
export function tokensOf(text: string): Token[] | undefined {
  const tokens: Token[] = []
  let at = 0
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    at += found?.length ?? 0
    return found
  }
  for (;;) {
    match(SPACE)
    if (at >= text.length) return tokens
    const token = nextToken(match)
    if (token === undefined) return undefined
    tokens.push(token)
  }
}

function nextToken(match: (pattern: RegExp) => string | undefined): Token | undefined {
  const name = match(NAME)
  if (name !== undefined) return { kind: 'name', text: name, isQuoted: false }
  const quoted = match(QUOTED_NAME)
  if (quoted !== undefined) return { kind: 'name', text: quoted.slice(1, -1), isQuoted: true }
  const text = match(TEXT)
  if (text !== undefined) return { kind: 'literal', text: text.slice(1, -1).replaceAll("''", "'") }
  const number = match(NUMBER)
  if (number !== undefined) return { kind: 'literal', text: number }
  const sign = match(SIGN)
  return sign === undefined ? undefined : { kind: 'sign', text: sign === '!=' ? '<>' : sign }
}
