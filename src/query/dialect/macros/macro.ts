/** A macro by name: for each number of arguments its parameters and its body, in DuckDB's SQL. */
export type Macros = Record<string, [parameters: string, body: string][]>

/**
 * An expression of the type of `like` that fails with `NAME: text`. By a cast that cannot succeed, as TRY holds back
 * those, and not error().
 */
export function fail(like: string, message: string): string {
  return `[${like}][CAST('${message.replaceAll("'", "''")}' AS BIGINT)]`
}

export const INVALID = 'INVALID_FUNCTION_ARGUMENT'

/** What is right depends on a type that the query does not show. */
export const SEVERAL_MEANINGS =
  'NOT_SUPPORTED: the type of a name with several meanings is not known here: CAST it or rename it'
