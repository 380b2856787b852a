import type { Macros } from './macro.ts'

export const jsonMacros: Macros = {
  __js: [
    [
      'x',
      `CASE WHEN x IS NULL OR left(x,1) IN ('{','[') OR x='null' THEN NULL WHEN left(x,1)='"' THEN json_extract_string(x,'$') ELSE x END`,
    ],
  ],
  json_extract_scalar: [['j,p', `trino.__js(CAST(TRY(json_extract(j,p)) AS VARCHAR))`]],
  json_extract: [['j,p', `TRY(json_extract(j,p))`]],
  json_parse: [['s', `json(s)`]],
  json_format: [['j', `CAST(j AS VARCHAR)`]],
  is_json_scalar: [['j', `json_type(j) NOT IN ('OBJECT','ARRAY')`]],
  json_size: [
    [
      'j,p',
      `CASE json_type(TRY(json_extract(j, p))) WHEN 'OBJECT' THEN len(json_keys(j, p)) WHEN 'ARRAY' THEN json_array_length(j, p) ELSE 0 END`,
    ],
  ],
  json_array_contains: [['j,v', `list_contains(CAST(j AS VARCHAR[]), CAST(v AS VARCHAR))`]],
  json_array_get: [
    ['j,i', `json_extract(j, '$[' || CASE WHEN i < 0 THEN '#' ELSE '' END || CAST(i AS VARCHAR) || ']')`],
  ],
}
