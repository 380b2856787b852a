/** Statements that use up what they can, and how each ends: `SUCCEEDED` with the only row's cells, or the state and why. */

export interface Probe {
  /** Made when it is needed: some are megabytes. */
  sql: () => string
  ends: RegExp
  /** It would go on for long: it is stopped after a moment. */
  isStopped: boolean
}

const STOPPED = /^CANCELLED Query cancelled by user$/
const NO_MEMORY = /^FAILED (Out of Memory Error: |the query needed more than 640 MiB of memory$)/
/** Whichever comes first on a machine. */
const NO_MEMORY_OR_STOPPED = new RegExp(`${STOPPED.source}|${NO_MEMORY.source}`)
/** Mostly before it is accepted; on a slow machine, when it runs. */
const TOO_DEEP = /^(REFUSED|FAILED) .*the statement is nested too deeply$/

type Text = string | (() => string)

const textOf = (sql: Text): (() => string) => (typeof sql === 'string' ? () => sql : sql)
/** Ends by itself. */
const probe = (sql: Text, ends: RegExp): Probe => ({ sql: textOf(sql), ends, isStopped: false })
const endless = (sql: Text): Probe => ({ sql: textOf(sql), ends: STOPPED, isStopped: true })
const greedy = (sql: Text): Probe => ({ sql: textOf(sql), ends: NO_MEMORY_OR_STOPPED, isStopped: true })
const MANY = 'UNNEST(sequence(1, 1000000000000)) AS t(i)'
const nested = (open: string, inner: string, close: string, depth: number): string =>
  `SELECT ${open.repeat(depth)}${inner}${close.repeat(depth)}`

export const PROBES: Record<string, Record<string, Probe>> = {
  'rows without end': {
    'cross joins': endless(
      'SELECT count(*) FROM UNNEST(sequence(1, 100000)) a(i), UNNEST(sequence(1, 100000)) b(i), UNNEST(sequence(1, 100000)) c(i) WHERE a.i + b.i + c.i = 7',
    ),
    'an answer of a cross join': endless(
      'SELECT a.i, b.i FROM UNNEST(sequence(1, 1000000)) a(i), UNNEST(sequence(1, 1000000)) b(i)',
    ),
    'a recursive WITH': endless(
      'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r',
    ),
    'a recursive WITH that doubles': greedy(
      'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT a.n + 1 FROM r a, r b) SELECT count(*) FROM r',
    ),
    'a sequence of a trillion': probe(
      `SELECT sum(i) FROM ${MANY}`,
      /^FAILED INVALID_FUNCTION_ARGUMENT: Lists larger than/,
    ),
    range: endless('SELECT count(*) FROM range(1000000000000000) t(i) WHERE i % 7 = 8'),
    generate_series: endless('SELECT max(i) FROM generate_series(1, 1000000000000000) t(i) WHERE i % 7 = 8'),
  },
  'more than memory holds': {
    'a sort': greedy('SELECT i FROM range(1000000000) t(i) ORDER BY i * 7919 % 1000003'),
    'a sort of wide rows': greedy(
      `SELECT i, lpad(CAST(i AS varchar), 1000, 'x') AS w FROM range(100000000) t(i) ORDER BY i * 7919 % 10007, w`,
    ),
    DISTINCT: greedy('SELECT count(DISTINCT i * 7919) FROM range(10000000000) t(i)'),
    groups: greedy('SELECT i, count(*) FROM range(10000000000) t(i) GROUP BY i ORDER BY 2 DESC'),
    'a window over everything': greedy(
      'SELECT max(r) FROM (SELECT row_number() OVER (ORDER BY i DESC) AS r FROM range(1000000000) t(i))',
    ),
    'one list of everything': greedy('SELECT cardinality(array_agg(i)) FROM range(10000000000) t(i)'),
    'one text of everything': greedy(
      `SELECT length(listagg(lpad(CAST(i AS varchar), 100, 'x'), ',') WITHIN GROUP (ORDER BY i)) FROM range(1000000000) t(i)`,
    ),
    'one map of everything': greedy('SELECT cardinality(map_agg(i, i)) FROM range(1000000000) t(i)'),
  },
  'one value that is too large': {
    repeat: greedy(`SELECT length(array_join(repeat('x', 1000000000), ''))`),
    lpad: greedy(`SELECT length(lpad('x', 2000000000, 'y'))`),
    'texts that double': greedy(() => `SELECT length(${doubled(6)})`),
    'replace that grows': greedy(`SELECT length(replace(lpad('', 100000, 'a'), 'a', lpad('', 100000, 'b')))`),
    sequence: probe(
      'SELECT cardinality(sequence(1, 1000000000000))',
      /^FAILED INVALID_FUNCTION_ARGUMENT: Lists larger than/,
    ),
    'sequences of days': probe(
      `SELECT cardinality(sequence(DATE '0001-01-01', DATE '9999-12-31', INTERVAL '1' DAY))`,
      /^SUCCEEDED 3652059$/,
    ),
    'arrays that grow': greedy(
      'SELECT cardinality(reduce(sequence(1, 60), ARRAY[1], (s, x) -> s || s, s -> s))',
    ),
    combinations: probe(
      'SELECT cardinality(combinations(sequence(1, 100), 5))',
      /^FAILED INVALID_FUNCTION_ARGUMENT: combinations exceed max size$/,
    ),
    'split of a long text': greedy(`SELECT cardinality(split(lpad('', 100000000, ','), ','))`),
    levenshtein: greedy(`SELECT levenshtein_distance(lpad('', 200000, 'ab'), lpad('', 200000, 'ba'))`),
  },
  'expressions that explode': {
    'a regular expression': probe(
      `SELECT regexp_like(lpad('', 100000, 'a') || 'b', '(a+)+$')`,
      /^SUCCEEDED false$/,
    ),
    'a regular expression with alternatives': probe(
      `SELECT regexp_like(lpad('', 50000, 'a'), '^(a|aa)+b$')`,
      /^SUCCEEDED false$/,
    ),
    'repetitions in a regular expression': probe(
      `SELECT regexp_like('a', '((((a{1,1000}){1,1000}){1,1000}){1,1000})')`,
      /^FAILED INVALID_FUNCTION_ARGUMENT: invalid repetition size/,
    ),
    'a regular expression in a lambda': greedy(
      `SELECT regexp_replace(lpad('', 3000000, 'ab'), '(a)(b)', x -> x[2] || x[1] || x[2]) = 'x'`,
    ),
    LIKE: probe(`SELECT lpad('', 20000, 'a') LIKE '${'%a'.repeat(200)}%b'`, /^SUCCEEDED false$/),
    'JSON within JSON': probe(
      `SELECT json_extract_scalar(concat(lpad('', 1000000, '['), lpad('', 1000000, ']')), '$[0][0]')`,
      /^SUCCEEDED$|^FAILED INVALID_FUNCTION_ARGUMENT/,
    ),
    'objects within objects': probe(
      `SELECT json_format(json_parse(concat(replace(lpad('', 100000, 'x'), 'x', '{"a":'), '1', lpad('', 100000, '}'))))`,
      /^FAILED INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON$/,
    ),
    'a path into JSON': probe(
      () => `SELECT json_extract_scalar('{}', '$${'.a'.repeat(20_000)}')`,
      /^SUCCEEDED$/,
    ),
  },
  'statements that are large': {
    'many columns': greedy(() => `SELECT ${Array.from({ length: 40_000 }, (_, at) => at % 10).join(',')}`),
    'UNION ALL of thousands': probe(() => Array(5000).fill('SELECT 1').join(' UNION ALL '), TOO_DEEP),
    'a long OR': probe(() => `${COUNT} ${longest((at) => `i = ${at}`, ' OR ')}`, /^SUCCEEDED 10$/),
    'a long AND': probe(() => `${COUNT} ${longest((at) => `i <> ${at + 9}`, ' AND ')}`, /^SUCCEEDED 9$/),
    'a long IN': probe(() => `${COUNT} i IN (${longest((at) => String(at % 10), ',')})`, /^SUCCEEDED 10$/),
    'a long NOT IN': probe(
      () => `${COUNT} CAST(i AS varchar) NOT IN (${longest((at) => `'${at + 9}'`, ',')})`,
      /^SUCCEEDED 9$/,
    ),
    'a long NOT IN with NULL': probe(
      () => `${COUNT} i NOT IN (NULL,${longest((at) => String(at + 9), ',')})`,
      /^SUCCEEDED 0$/,
    ),
    parentheses: probe(nested('(', '1', ')', 10_000), TOO_DEEP),
    functions: probe(nested('abs(', '1', ')', 10_000), TOO_DEEP),
    CASE: probe(nested('CASE WHEN true THEN ', '1', ' ELSE 0 END', 5000), TOO_DEEP),
    subqueries: probe(
      `SELECT * FROM ${'(SELECT * FROM '.repeat(5000)}(SELECT 1) t${') t'.repeat(5000)}`,
      TOO_DEEP,
    ),
    'arrays within arrays': probe(nested('ARRAY[', '1', ']', 10_000), TOO_DEEP),
    'casts to types within types': probe(
      `SELECT CAST(NULL AS ${'array('.repeat(10_000)}bigint${')'.repeat(10_000)})`,
      TOO_DEEP,
    ),
    NOT: probe(nested('NOT ', 'true', '', 20_000), TOO_DEEP),
    minus: probe(nested('- ', '1', '', 50_000), TOO_DEEP),
    additions: probe(`SELECT ${Array(50_000).fill('1').join('+')}`, TOO_DEEP),
    joins: probe(
      `SELECT count(*) FROM ${Array.from({ length: 500 }, (_, at) => `(SELECT 1 AS i) t${at}`).join(' CROSS JOIN ')}`,
      /^SUCCEEDED 1$/,
    ),
    'WITH that doubles': probe(
      () =>
        `WITH t0 AS (SELECT 1 AS i), ${Array.from({ length: 40 }, (_, at) => `t${at + 1} AS (SELECT a.i FROM t${at} a, t${at} b)`).join(', ')} SELECT count(*) FROM t40`,
      /^SUCCEEDED 1$/,
    ),
  },
}

/** Of ten rows. */
const COUNT = 'SELECT count(*) FROM range(10) t(i) WHERE'

/** Of a condition that makes a statement nearly as long as a statement may be. */
function longest(part: (at: number) => string, separator: string): string {
  const parts: string[] = []
  for (let bytes = 200, at = 0; bytes < 262_144; at++) {
    const text = part(at)
    bytes += text.length + separator.length
    parts.push(text)
  }
  return parts.join(separator)
}

/** A megabyte, as often as there are levels of four. */
function doubled(levels: number): string {
  let text = `lpad('', 1048576, 'x')`
  for (let level = 0; level < levels; level++) text = `concat(${Array(4).fill(text).join(',')})`
  return text
}

/** Refused by StartQueryExecution: more than Athena's 262,144 bytes, and what can not be read. */
export const REFUSED: Record<string, Probe> = {
  'ten megabytes': probe(
    () => `SELECT '${'x'.repeat(10_000_000)}'`,
    /Request size must be less than or equal to 8388608 bytes/,
  ),
  'too long by one': probe(() => `SELECT '${'x'.repeat(262_144 - 8)}'`, /length/),
}

export const TOO_LONG: Record<string, string> = {
  'a cross join': PROBES['rows without end']!['cross joins']!.sql(),
  'a recursive WITH': PROBES['rows without end']!['a recursive WITH']!.sql(),
}
