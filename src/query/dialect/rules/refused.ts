/** Functions of Trino that have no right counterpart here: an error instead of a wrong value. */
import { HozonError } from '../../../base/errors.ts'
import { isAllowedFunction } from '../../engine/allowed-functions.ts'
import type { FunctionRules } from '../rewrite.ts'

const REFUSED =
  'bar numeric_histogram approx_set merge empty_approx_set tdigest_agg qdigest_agg value_at_quantile values_at_quantiles quantile_at_value make_set_digest merge_set_digest intersection_cardinality jaccard_index hash_counts xxhash64 murmur3 spooky_hash_v2_32 spooky_hash_v2_64 to_ieee754_32 to_ieee754_64 from_ieee754_32 from_ieee754_64 word_stem classify features regress learn_classifier learn_regressor render rgb color checksum inverse_normal_cdf normal_cdf inverse_beta_cdf beta_cdf wilson_interval_lower wilson_interval_upper hash from_geojson_geometry to_geojson_geometry bing_tile bing_tile_at bing_tiles_around great_circle_distance geometry_union_agg convex_hull_agg geometry_from_hadoop_shape geometry_to_bing_tiles to_geometry to_spherical_geography line_locate_point json_table'.split(
    ' ',
  )

export const refusedFunctions: FunctionRules = Object.fromEntries(
  REFUSED.map((name) => [name, () => refuse(`the function ${name}`)]),
)

/** For forms of the language, too: `NOT_SUPPORTED: <what> is not supported`. */
export function refuse(what: string, hint?: string): never {
  throw new HozonError('HOZON_SQL_FAILED', `NOT_SUPPORTED: ${what} is not supported`, {
    op: 'translate',
    ...(hint === undefined ? {} : { hint }),
  })
}

/** What polyglot takes for calls and are parts of the language. */
const GRAMMAR = new Set(
  'cube|rollup|grouping sets|values|date|current_timestamp|current_time|localtime|localtimestamp'.split('|'),
)

export function refuseUnknown(name: string): void {
  if (/^(st|to_st|geometry)_/.test(name)) refuse(`the function ${name}`)
  if (isAllowedFunction(name) || GRAMMAR.has(name)) return
  throw new HozonError('HOZON_SQL_FAILED', `FUNCTION_NOT_FOUND: Function '${name}' not registered`, {
    op: 'translate',
  })
}
