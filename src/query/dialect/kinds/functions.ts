/** What functions answer with. */
import type { Kind } from './known.ts'

const FUNCTION_KINDS: Record<Kind, string> = {
  map: 'map map_agg histogram split_to_map map_concat map_filter transform_values transform_keys map_from_entries multimap_agg map_union map_zip_with approx_most_frequent',
  list: 'split array_agg filter transform list_transform list_filter sequence map_keys map_values slice array_sort array_distinct array_union array_intersect array_except array_remove regexp_extract_all regexp_split flatten zip zip_with approx_set list_append list_prepend list_reverse repeat ngrams shuffle combinations trim_array list_reverse_sort',
  structlist: 'map_entries',
  struct: 'row',
  date: 'date last_day_of_month from_iso8601_date current_date',
  timestamp: 'date_parse strptime localtimestamp __clock_of_text',
  timestamptz:
    'now current_timestamp from_iso8601_timestamp from_unixtime from_unixtime_nanos parse_datetime to_timestamp',
  zoned: 'at_timezone with_timezone',
  interval: 'parse_duration to_days',
  ip: 'ip_subnet_min ip_subnet_max',
  binary:
    'to_utf8 from_hex from_base64 md5 sha1 sha256 sha512 hmac_md5 hmac_sha1 hmac_sha256 hmac_sha512 from_base32 from_base64url encode unhex to_big_endian_64 to_big_endian_32',
  json: 'json_extract json_parse json_array_get parse_json',
  varchar:
    'lower upper trim ltrim rtrim substr substring replace concat_ws json_extract_scalar json_format json_value regexp_extract regexp_replace split_part url_extract_host url_extract_path url_extract_query url_extract_parameter url_extract_protocol url_extract_fragment url_encode url_decode date_format format_datetime strftime to_iso8601 array_join to_hex to_base64 lpad rpad listagg chr typeof format __varchar json_query json_object json_array upper lower normalize soundex format_number to_base32 to_base64url to_base human_readable_seconds current_timezone translate from_utf8 ip_prefix',
  double:
    'sqrt cbrt ln log log2 log10 exp power pow avg stddev stddev_pop stddev_samp variance var_pop var_samp corr random rand pi e sin cos tan asin acos atan atan2 radians degrees nan infinity to_unixtime geometric_mean covar_pop covar_samp regr_slope regr_intercept',
  integer:
    'count length strpos position cardinality year month day hour minute second millisecond week quarter day_of_week day_of_month day_of_year date_diff json_array_length json_size approx_distinct count_if row_number rank dense_rank ntile bitwise_and bitwise_or bitwise_xor levenshtein_distance codepoint regexp_count from_base url_extract_port crc32 bit_count len year_of_week yow dow doy array_position bitwise_not bitwise_left_shift bitwise_right_shift bitwise_right_shift_arithmetic to_milliseconds hamming_distance timezone_hour timezone_minute regexp_position week_of_year bitwise_and_agg bitwise_or_agg bitwise_xor_agg dayofweek dayofyear str_position',
  boolean:
    'regexp_like contains starts_with is_nan is_finite is_infinite any_match all_match none_match bool_and bool_or every json_array_contains json_exists is_json_scalar luhn_check arrays_overlap ends_with',
  decimal: '',
}

/** Functions whose answer is of the type of their first argument. */
export const LIKE_ARGUMENT = new Set(
  'coalesce max min sum abs round greatest least nullif arbitrary any_value first_value last_value lag date_add lead nth_value if max_by min_by reverse date_trunc element_of ceil ceiling floor truncate approx_percentile sign mod array_max array_min'.split(
    ' ',
  ),
)

export const byFunction = new Map<string, Kind>()
for (const [kind, names] of Object.entries(FUNCTION_KINDS)) {
  for (const name of names.split(' ')) byFunction.set(name, kind as Kind)
}

/** Nodes that polyglot makes of functions under another name than Trino's. */
export const BY_TAG: Record<string, Kind> = {
  ts_or_ds_to_date: 'date',
  array_concat: 'list',
  array_length: 'integer',
  from_iso8601_timestamp: 'timestamptz',
  json_extract_string: 'varchar',
  j_s_o_n_array: 'varchar',
  in_list: 'boolean',
}
