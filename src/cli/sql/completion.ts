/** Tab at the prompt: keywords, tables and columns. */
import type { ControlClient } from '../../console/control-client.ts'
import { isInsideQuote } from './statements.ts'

const KEYWORDS =
  'SELECT FROM WHERE GROUP BY ORDER HAVING LIMIT AS AND OR NOT IN IS NULL LIKE BETWEEN CASE WHEN THEN ELSE END JOIN LEFT RIGHT FULL CROSS ON USING UNION ALL DISTINCT WITH DESC ASC CAST UNNEST OVER PARTITION EXISTS INTERVAL TIMESTAMP DATE SHOW TABLES DATABASES COLUMNS DESCRIBE EXPLAIN count sum avg min max approx_distinct approx_percentile date_trunc from_unixtime regexp_like regexp_extract json_extract json_extract_scalar coalesce try_cast current_timestamp'.split(
    ' ',
  )

/** More would only fill the screen. */
const NAMES_MAX = 5000

export async function readNames(client: ControlClient): Promise<string[]> {
  try {
    const { rows } = await client.sql(
      'SELECT table_schema, table_name, column_name FROM information_schema.columns',
      { rowsMax: NAMES_MAX },
    )
    const names = rows.flatMap((row) => row.map((cell) => JSON.parse(cell) as string))
    return [...new Set(names)].sort()
  } catch {
    // Completion is a comfort: without names there are still keywords, and the first query says what is wrong.
    return []
  }
}

/** What readline wants: the candidates, and the part of the line that they replace. */
export function completeSql(line: string, names: readonly string[]): [string[], string] {
  const word = /[\w.]*$/.exec(line)?.[0] ?? ''
  if (isInsideQuote(line)) return [[], word]
  const dot = word.lastIndexOf('.') + 1
  const part = word.slice(dot)
  const lower = part.toLowerCase()
  const isShouted = part !== '' && part === part.toUpperCase()
  const words =
    dot > 0 ? names : [...KEYWORDS.map((keyword) => (isShouted ? keyword : keyword.toLowerCase())), ...names]
  const hits = [...new Set(words)].filter((candidate) => candidate.toLowerCase().startsWith(lower))
  return [part === '' && dot === 0 ? [] : hits, part]
}
