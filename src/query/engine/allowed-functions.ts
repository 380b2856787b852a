const DENIED =
  /^(duckdb_|pragma_|pg_|read_|parquet_|json_execute|json_serialize|json_deserialize|getvariable|current_setting|getenv|write_log|sleep|query|query_table|glob|sniff|enable_|disable_|nextval|currval|txid|current_query|in_search_path|has_)/
export function isAllowedFunction(name: string): boolean {
  return !DENIED.test(name.toLowerCase())
}
