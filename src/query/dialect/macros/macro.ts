/** A macro by name: for each number of arguments its parameters and its body, in DuckDB's SQL. */
export type Macros = Record<string, [parameters: string, body: string][]>
