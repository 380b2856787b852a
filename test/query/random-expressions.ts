/** Random expressions, each in Athena's SQL and in DuckDB's own words for the same. */

/** Of one expression: what Athena is asked, and what DuckDB. */
export type Pair = readonly [athena: string, duckDb: string]

export type Type = 'number' | 'double' | 'text' | 'time' | 'list' | 'truth'

type Make = (of: (type: Type) => Pair) => Pair

const same =
  (sql: string, ...types: Type[]): Make =>
  (of) =>
    both(sql, sql, types.map(of))

const unlike =
  (athena: string, duckDb: string, ...types: Type[]): Make =>
  (of) =>
    both(athena, duckDb, types.map(of))

/** `$1`, `$2` … are the operands, `$$` is a dollar. */
function both(athena: string, duckDb: string, operands: Pair[]): Pair {
  const fill = (sql: string, side: 0 | 1): string =>
    sql.replaceAll(/\$(\d|\$)/g, (_, index: string) =>
      index === '$' ? '$' : operands[Number(index) - 1]![side],
    )
  return [fill(athena, 0), fill(duckDb, 1)]
}

const LEAVES: Record<Type, string[]> = {
  number: ['id', 'n', '0', '7', '-3', 'CAST(NULL AS bigint)'],
  double: ['x', '2.5e0', '-0.5e0'],
  text: ['host', 'path', `'a-b/c'`, `''`],
  time: ['seen', `TIMESTAMP '2026-02-28 23:30:00'`],
  list: ['tags', `ARRAY['h1', 'z']`],
  truth: ['n > 3', 'host IS NULL', 'true'],
}

const MAKERS: Record<Type, Make[]> = {
  number: [
    same('($1 + $2)', 'number', 'number'),
    same('($1 - $2)', 'number', 'number'),
    same('abs($1)', 'number'),
    unlike('($1 / 3)', '($1 // 3)', 'number'),
    unlike('($1 % 5)', 'CAST(CASE WHEN $1 < 0 THEN -(abs($1) % 5) ELSE $1 % 5 END AS BIGINT)', 'number'),
    same('coalesce($1, $2)', 'number', 'number'),
    same('nullif($1, $2)', 'number', 'number'),
    unlike(
      'greatest($1, $2)',
      'CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL ELSE greatest($1, $2) END',
      'number',
      'number',
    ),
    unlike('bitwise_and($1, 6)', '($1 & 6)', 'number'),
    unlike(
      'CAST($1 AS bigint)',
      'CAST(CASE WHEN $1 < 0 THEN -floor(abs($1) + 0.5) ELSE floor($1 + 0.5) END AS BIGINT)',
      'double',
    ),
    same('length($1)', 'text'),
    unlike(`strpos($1, 'h')`, `instr($1, 'h')`, 'text'),
    unlike('cardinality($1)', 'len($1)', 'list'),
    unlike(
      `array_position($1, 'h1')`,
      `CASE WHEN $1 IS NOT NULL THEN coalesce(list_position($1, 'h1'), 0) END`,
      'list',
    ),
    unlike(`date_diff('hour', $1, $2)`, `date_sub('hour', $1, $2)`, 'time', 'time'),
    unlike('day_of_week($1)', 'isodow($1)', 'time'),
    same('year($1)', 'time'),
    unlike('if($1, $2, $3)', 'CASE WHEN $1 THEN $2 ELSE $3 END', 'truth', 'number', 'number'),
  ],
  double: [
    same('($1 + $2)', 'double', 'number'),
    same('($1 * 0.5e0)', 'double'),
    unlike('($1 / 4)', '($1 * 0.25e0)', 'double'),
    same('floor($1)', 'double'),
    unlike('to_unixtime($1)', 'epoch($1)', 'time'),
    unlike('sqrt(abs($1))', 'sqrt(abs($1))', 'double'),
  ],
  text: [
    same('upper($1)', 'text'),
    same('reverse($1)', 'text'),
    same('($1 || $2)', 'text', 'text'),
    unlike('concat($1, $2, $1)', '($1 || $2 || $1)', 'text', 'text'),
    same('substr($1, 2, 3)', 'text'),
    same('substr($1, -2)', 'text'),
    same(`replace($1, 'h', 'xy')`, 'text'),
    unlike(`split_part($1, '/', 2)`, `str_split($1, '/')[2]`, 'text'),
    unlike(`regexp_replace($1, '(\\d)', '<$$1>')`, `regexp_replace($1, '(\\d)', '<\\1>', 'g')`, 'text'),
    unlike(
      `regexp_extract($1, '[a-h]\\d')`,
      `CASE WHEN regexp_matches($1, '[a-h]\\d') THEN regexp_extract($1, '[a-h]\\d') END`,
      'text',
    ),
    same(`lpad($1, 4, '*')`, 'text'),
    same('CAST($1 AS varchar)', 'number'),
    unlike(
      `array_join($1, ',', '?')`,
      `array_to_string(list_transform($1, lambda x: coalesce(x, '?')), ',')`,
      'list',
    ),
    unlike('element_at($1, 1)', '$1[1]', 'list'),
    unlike(`date_format($1, '%Y-%m-%d %H:%i')`, `strftime($1, '%Y-%m-%d %H:%M')`, 'time'),
    unlike(`format_datetime($1, 'EEE dd.MM.yy')`, `strftime($1, '%a %d.%m.%y')`, 'time'),
    same('CASE WHEN $1 THEN $2 END', 'truth', 'text'),
    unlike(`json_extract_scalar(CAST(map(ARRAY['k'], ARRAY[$1]) AS json), '$$.k')`, '$1', 'text'),
  ],
  time: [
    same(`date_trunc('hour', $1)`, 'time'),
    same(`date_trunc('week', $1) + INTERVAL '0' SECOND`, 'time'),
    same(`($1 + INTERVAL '90' MINUTE)`, 'time'),
    unlike(`date_add('month', 1, $1)`, '($1 + INTERVAL 1 MONTH)', 'time'),
    same('coalesce($1, $2)', 'time', 'time'),
  ],
  list: [
    unlike(`split($1, '/')`, `str_split($1, '/')`, 'text'),
    unlike('ARRAY[$1, $2]', '[$1, $2]', 'text', 'text'),
    unlike(`filter($1, e -> e <> 'h1')`, `list_filter($1, lambda e: e <> 'h1')`, 'list'),
    unlike('transform($1, e -> upper(e))', 'list_transform($1, lambda e: upper(e))', 'list'),
    unlike('array_sort($1)', `list_sort($1, 'ASC', 'NULLS LAST')`, 'list'),
    unlike('slice($1, 1, 1)', '$1[1:1]', 'list'),
    unlike('reverse($1)', 'list_reverse($1)', 'list'),
    unlike(
      '($1 || $2)',
      'CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN list_concat($1, $2) END',
      'list',
      'list',
    ),
  ],
  truth: [
    same('($1 AND $2)', 'truth', 'truth'),
    same('($1 OR $2)', 'truth', 'truth'),
    same('(NOT $1)', 'truth'),
    same('($1 < $2)', 'number', 'number'),
    same('($1 >= $2)', 'double', 'number'),
    same('($1 = $2)', 'text', 'text'),
    same('($1 IS DISTINCT FROM $2)', 'text', 'text'),
    same('($1 BETWEEN $2 AND 50)', 'number', 'number'),
    same(`($1 LIKE 'h%')`, 'text'),
    same(`($1 IN ('h1', 'h2'))`, 'text'),
    same('($1 > $2)', 'time', 'time'),
    unlike(`regexp_like($1, '\\d$$')`, `regexp_matches($1, '\\d$$')`, 'text'),
    unlike(
      `contains($1, 'h2')`,
      `CASE WHEN list_contains($1, 'h2') THEN true WHEN len(list_filter($1, lambda e: e IS NULL)) > 0 THEN NULL WHEN $1 IS NOT NULL THEN false END`,
      'list',
    ),
  ],
}

export function randomExpression(type: Type, depth: number, random: () => number): Pair {
  if (depth === 0 || random() < 0.15) {
    const sql = pick(LEAVES[type], random)
    return [sql, sql.replace(/^ARRAY/, '')]
  }
  return pick(MAKERS[type], random)((operand) => randomExpression(operand, depth - 1, random))
}

export function pick<T>(choices: readonly T[], random: () => number): T {
  return choices[Math.floor(random() * choices.length)]!
}
