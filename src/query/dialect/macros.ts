export const MACRO_SCHEMA = 'trino'
export const macroNames: ReadonlySet<string> = new Set<string>()
export function macroStatements(_names: ReadonlySet<string>): string[] {
  return []
}
