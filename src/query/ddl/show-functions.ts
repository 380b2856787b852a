/** SHOW FUNCTIONS: names that queries may call. What the functions take and return is in Trino's documentation. */
import { macroNames } from '../dialect/macros.ts'
import { isAllowedFunction } from '../engine/allowed-functions.ts'
import type { ShowStatement } from '../statement/statement.ts'
import { textRows, type DdlContext, type TextAnswer } from './ddl-context.ts'
import { matchesPattern } from './name-pattern.ts'

/** Functions of Trino that DuckDB has with the same meaning; those that were made for it are in macroNames. */
const SHARED = `abs acos any_value arbitrary array_agg asin atan atan2 avg bit_count bool_and bool_or cardinality cbrt ceil
  ceiling chr coalesce concat concat_ws corr cos cosh count covar_pop covar_samp cume_dist current_date current_timestamp
  date_add date_diff date_trunc day degrees dense_rank element_at exp filter first_value flatten floor from_base64 from_hex
  greatest hour if kurtosis lag last_value lead least length ln log log10 log2 lower lpad ltrim map map_concat map_entries
  map_from_entries map_keys map_values max max_by md5 min min_by minute mod month now nth_value ntile nullif percent_rank
  pi pow power quarter radians rank reduce regexp_extract regexp_extract_all regexp_replace regr_intercept regr_slope
  repeat replace reverse round row_number rpad rtrim second sha1 sha256 sign sin skewness split split_part sqrt
  starts_with stddev stddev_pop stddev_samp strpos substr substring sum tan tanh to_base64 to_hex translate trim try
  count_if histogram listagg sinh typeof upper uuid var_pop var_samp variance week year`

/** Functions whose calls are translated into something else (src/query/dialect/rules/). */
const TRANSLATED = `all_match any_match approx_distinct approx_percentile bitwise_and_agg bitwise_or_agg contains
  current_time current_timestamp date date_format date_parse every format format_datetime localtime localtimestamp
  map_filter map_zip_with none_match parse_datetime position rand reduce_agg transform transform_keys transform_values
  with_timezone zip_with`

export function showFunctions(
  _context: DdlContext,
  { like }: Extract<ShowStatement, { kind: 'show functions' }>,
): TextAnswer {
  const shared = SHARED.split(/\s+/).filter(isAllowedFunction)
  // Those with an underscore are parts of the others.
  const made = [...macroNames].filter((name) => !name.startsWith('_'))
  const all = new Set([...shared, ...made, ...TRANSLATED.split(/\s+/)])
  const names = [...all].sort().filter((name) => matchesPattern(like, name))
  return textRows('Function', names)
}
