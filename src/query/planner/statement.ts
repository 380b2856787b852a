/** What kind of statement it is, by its first words; only queries go to an engine. */
export function stripComments(sql: string): string {
  // A quoted text or name is matched first, so that nothing inside it is taken for a comment.
  return sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g, (found) =>
    found.startsWith('--') || found.startsWith('/*') ? ' ' : found,
  )
}

export function firstWord(sql: string): string {
  return /^[\s(]*([a-z]+)/i.exec(stripComments(sql))?.[1]?.toUpperCase() ?? ''
}
