/** DuckDB's errors by Trino's names: `Conversion Error: …` is INVALID_CAST_ARGUMENT. */

/** What our macros (macros/macro.ts) and natives say comes wrapped in errors of DuckDB's. */
const OWN = [
  /^Conversion Error: Could not convert string '([A-Z_]{5,}: .*)' to INT64/s,
  /^Invalid Input Error: ([A-Z_]{5,}: .*)/s,
]

const NAMES: [start: RegExp, name: string][] = [
  [/^Conversion Error/, 'INVALID_CAST_ARGUMENT'],
  [/^Out of Range Error/, 'NUMERIC_VALUE_OUT_OF_RANGE'],
  [/^Binder Error: Referenced column/, 'COLUMN_NOT_FOUND'],
  [/^Binder Error: Referenced table/, 'COLUMN_NOT_FOUND'],
  [/^Binder Error: Ambiguous reference/, 'AMBIGUOUS_NAME'],
  [/^Binder Error: No function matches/, 'FUNCTION_NOT_FOUND'],
  [/^Binder Error: (Cannot compare|Could not choose|Cannot mix|UNION types)/, 'TYPE_MISMATCH'],
  [/^Binder Error: column .* must appear in the GROUP BY/, 'EXPRESSION_NOT_AGGREGATE'],
  [/^Invalid Input Error: More than one row returned by a subquery/, 'SUBQUERY_MULTIPLE_ROWS'],
  [/^Invalid Input Error/, 'INVALID_FUNCTION_ARGUMENT'],
]

export function trinoMessage(message: string): string {
  for (const pattern of OWN) {
    const own = pattern.exec(message)?.[1]
    if (own !== undefined) return own
  }
  const name = NAMES.find(([start]) => start.test(message))?.[1]
  return name === undefined ? message : `${name}: ${message.replace(/^[A-Z][\w ]* Error: /, '')}`
}
