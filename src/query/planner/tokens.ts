/** Words, names, texts and signs of a statement, without comments: enough to tell what kind of statement it is. */
export interface Token {
  /** As written, quotes included. */
  text: string
}

const TOKEN = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|[\w$]+|[^\s\w]/g

/** Statements are at most 256 KiB, and this is linear in it. */
export function tokensOf(sql: string): Token[] {
  const found = sql.match(TOKEN) ?? []
  return found.filter((text) => !text.startsWith('--') && !text.startsWith('/*')).map((text) => ({ text }))
}

/** The first word in upper case, past parentheses; empty when there is none. */
export function firstWord(sql: string): string {
  const token = tokensOf(sql).find(({ text }) => text !== '(')
  return token === undefined || !/^\w+$/.test(token.text) ? '' : token.text.toUpperCase()
}
