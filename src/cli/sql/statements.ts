/** Splits text at the semicolons that end statements: not those in '…', "…", -- comments or block comments. */

const SKIPPED = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|;/g
/** A quote or comment that is not closed: all behind it belongs to it. */
const OPEN_END = /'(?:[^']|'')*$|"(?:[^"]|"")*$|\/\*(?:(?!\*\/)[\s\S])*$/

export function splitStatements(text: string): { statements: string[]; rest: string } {
  const statements: string[] = []
  let start = 0
  for (const match of text.matchAll(SKIPPED)) {
    if (match[0] !== ';') continue
    statements.push(text.slice(start, match.index))
    start = match.index + 1
  }
  return { statements: statements.filter((statement) => statement.trim() !== ''), rest: text.slice(start) }
}

/** True in the middle of a quote or comment, where words must not be completed. */
export function isInsideQuote(text: string): boolean {
  return OPEN_END.test(text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*\n|\/\*[\s\S]*?\*\//g, ' '))
}
