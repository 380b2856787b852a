/**
 * The functions of DuckDB that a query may call, besides our macros. Functions that read settings, variables, files,
 * other statements or the catalog, that sleep, log or change state are not here, and neither is anything that a later
 * DuckDB adds.
 */
import { macroNames } from '../dialect/macros.ts'

const ALLOWED = {
  operators:
    '!__postfix !~~ !~~* % & && * ** + - -> ->> / // << <= <> <@ >> @ @> ^ ^@ || | ~ ~~ ~~* ~~~ xor like_escape not_like_escape ilike_escape not_ilike_escape divide multiply subtract add',
  conditions: 'coalesce nullif if ifnull greatest least error try switch constant_or_null typeof row',
  numbers:
    'abs acos acosh asin asinh atan atan2 atanh bit_count cbrt ceil ceiling cos cosh cot degrees even exp factorial floor fdiv fmod gamma gcd isfinite isinf isnan lcm lgamma ln log log10 log2 mod nextafter pi pow power radians random round round_even sign signbit sin sinh sqrt tan tanh trunc to_base hash',
  text: 'ascii array_to_string bit_length char_length character_length chr concat concat_ws contains damerau_levenshtein ends_with format hamming instr jaccard jaro_similarity jaro_winkler_similarity lcase left length len levenshtein lower lpad ltrim nfc_normalize octet_length ord position prefix printf regexp_escape regexp_extract regexp_extract_all regexp_full_match regexp_matches regexp_replace regexp_split_to_array repeat replace reverse right rpad rtrim split split_part starts_with str_split str_split_regex string_split string_split_regex string_to_array strip_accents strlen strpos substr substring suffix translate trim ucase unicode upper url_decode url_encode',
  binary:
    'base64 bin decode encode from_base64 from_binary from_hex hex md5 sha1 sha256 to_base64 to_binary to_hex unbin unhex uuid gen_random_uuid uuidv4 uuidv7',
  times:
    'age ago century current_date current_localtime current_localtimestamp date_add date_diff date_part date_sub date_trunc datediff datepart datesub datetrunc day dayname dayofmonth dayofweek dayofyear days_in_month decade epoch epoch_ms epoch_ns epoch_us era get_current_time get_current_timestamp hour isodow isoyear julian last_day make_date make_time make_timestamp make_timestamp_ms make_timestamp_ns make_timestamptz microsecond millennium millisecond minute month monthname nanosecond now quarter second strftime strptime try_strptime time_bucket timezone timezone_hour timezone_minute to_centuries to_days to_decades to_hours to_microseconds to_millennia to_milliseconds to_minutes to_months to_quarters to_seconds to_timestamp to_weeks to_years today transaction_timestamp week weekday weekofyear year yearweek',
  json: 'from_json from_json_strict json json_array json_array_length json_contains json_exists json_extract json_extract_path json_extract_path_text json_extract_string json_group_array json_group_object json_keys json_merge_patch json_object json_pretty json_quote json_structure json_transform json_transform_strict json_type json_valid json_value array_to_json row_to_json to_json',
  lists:
    'array_aggr array_aggregate array_append array_apply array_cat array_concat array_contains array_distinct array_extract array_filter array_has array_has_all array_has_any array_indexof array_intersect array_length array_position array_prepend array_reduce array_resize array_reverse array_reverse_sort array_select array_slice array_sort array_transform array_unique array_value array_where array_zip filter flatten generate_series list_aggr list_aggregate list_any_value list_append list_apply list_avg list_bool_and list_bool_or list_cat list_concat list_contains list_count list_distinct list_element list_extract list_filter list_first list_grade_up list_has list_has_all list_has_any list_indexof list_intersect list_last list_max list_median list_min list_mode list_pack list_position list_prepend list_product list_reduce list_resize list_reverse list_reverse_sort list_select list_slice list_sort list_sum list_transform list_unique list_value list_where list_zip range reduce unnest element_at apply list',
  maps: 'cardinality map map_concat map_contains map_contains_entry map_contains_value map_entries map_extract map_extract_value map_from_entries map_keys map_values',
  structs:
    'struct_concat struct_contains struct_extract struct_extract_at struct_has struct_insert struct_keys struct_pack struct_update struct_values',
  aggregates:
    'any_value approx_count_distinct approx_quantile approx_top_k arbitrary arg_max arg_max_null arg_min arg_min_null argmax argmin array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count count_if count_star countif covar_pop covar_samp entropy favg first fsum geomean geometric_mean group_concat grouping histogram kurtosis kurtosis_pop last listagg mad max max_by mean median min min_by mode product quantile quantile_cont quantile_disc regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy skewness stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance',
  windows:
    'cume_dist dense_rank fill first_value lag last_value lead nth_value ntile percent_rank rank rank_dense row_number',
}

const allowed: ReadonlySet<string> = new Set(Object.values(ALLOWED).flatMap((names) => names.split(' ')))

export function isAllowedFunction(name: string): boolean {
  const lower = name.toLowerCase()
  return allowed.has(lower) || macroNames.has(lower)
}
