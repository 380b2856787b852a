import { fail, type Macros } from './macro.ts'

export const jsonMacros: Macros = {
  __js: [
    [
      'x',
      `CASE WHEN x IS NULL OR left(x,1) IN ('{','[') OR x='null' THEN NULL WHEN left(x,1)='"' THEN json_extract_string(x,'$') ELSE x END`,
    ],
  ],
  // A number with a point or an exponent is given as it is written, which DuckDB does not keep.
  json_extract_scalar: [
    [
      'j,p',
      `trino.__js_number(trino.__js(CAST(TRY(json_extract(j,p)) AS VARCHAR)),TRY(json_extract(j,p)),j,p)`,
    ],
  ],
  __js_number: [
    ['x,v,j,p', `CASE WHEN json_type(v)='DOUBLE' THEN __json_number(CAST(j AS VARCHAR),p,x) ELSE x END`],
  ],
  json_extract: [['j,p', `TRY(json_extract(j,p))`]],
  json_parse: [['s', `CAST(__json_sorted(s) AS JSON)`]],
  json_format: [['j', `CAST(j AS VARCHAR)`]],
  is_json_scalar: [['j', `json_type(j) NOT IN ('OBJECT','ARRAY')`]],
  json_size: [
    [
      'j,p',
      `CASE coalesce(json_type(TRY(json_extract(j, p))),'') WHEN '' THEN NULL WHEN 'OBJECT' THEN len(json_keys(j, p)) WHEN 'ARRAY' THEN json_array_length(j, p) ELSE 0 END`,
    ],
  ],
  json_array_length: [
    ['j', `CASE WHEN json_type(TRY(json(j)))='ARRAY' THEN CAST(json_array_length(j) AS BIGINT) END`],
  ],
  json_array_contains: [
    [
      'j,v',
      `CASE WHEN json_type(TRY(json(j)))='ARRAY' AND v IS NOT NULL THEN list_contains(list_transform(json_extract(j,'$[*]'),lambda x: CAST(x AS VARCHAR)),CAST(to_json(v) AS VARCHAR)) END`,
    ],
  ],
  __json_text: [
    [
      'j',
      `CASE WHEN json_type(j) IN ('OBJECT','ARRAY') THEN ${fail("''", 'INVALID_CAST_ARGUMENT: Cannot cast a JSON object or array to varchar')} WHEN json_type(j)='DOUBLE' AND regexp_matches(CAST(j AS VARCHAR),'[.eE]') THEN __scientific(CAST(CAST(j AS DOUBLE) AS VARCHAR)) ELSE json_extract_string(j,'$') END`,
    ],
  ],
  __json_found: [['j,p', `__json_found(j,p)`]],
  __json_only_scalar: [
    [
      'l',
      `CASE WHEN len(l)=1 AND left(l[1],1) NOT IN ('{','[') THEN trino.__json_text(CAST(l[1] AS JSON)) END`,
    ],
  ],
  __json_list: [['l', `'['||array_to_string(list_transform(l,lambda x: CAST(x AS VARCHAR)),',')||']'`]],
  json_array_get: [
    ['j,i', `json_extract(j, '$[' || CASE WHEN i < 0 THEN '#' ELSE '' END || CAST(i AS VARCHAR) || ']')`],
  ],
}
