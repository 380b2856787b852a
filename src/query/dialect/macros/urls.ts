import type { Macros } from './macro.ts'

export const urlMacros: Macros = {
  url_extract_protocol: [['u', `nullif(regexp_extract(u,'^([A-Za-z][A-Za-z0-9+.-]*):',1),'')`]],
  url_extract_host: [
    [
      'u',
      `nullif(regexp_extract(u,'^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?(\\[[^\\]]*\\]|[^:/?#]*)',1),'')`,
    ],
  ],
  url_extract_port: [
    [
      'u',
      `TRY_CAST(nullif(regexp_extract(u,'^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?(?:\\[[^\\]]*\\]|[^:/?#]*):(\\d+)',1),'') AS BIGINT)`,
    ],
  ],
  url_extract_path: [
    ['u', `url_decode(regexp_extract(u,'^(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://[^/?#]*)?([^?#]*)',1))`],
  ],
  url_extract_query: [['u', `CASE WHEN instr(u,'?')>0 THEN regexp_extract(u,'^[^?#]*\\?([^#]*)',1) END`]],
  url_extract_fragment: [['u', `CASE WHEN instr(u,'#')>0 THEN regexp_extract(u,'#(.*)$',1) END`]],
  url_decode: [['s', `url_decode(replace(s,'+',' '))`]],
  url_encode: [['s', `replace(replace(replace(url_encode(s),'%20','+'),'~','%7E'),'%2A','*')`]],
  url_extract_parameter: [
    [
      'u,n',
      `list_transform(list_filter(str_split(trino.url_extract_query(u),'&'),lambda e: trino.url_decode(split_part(e,'=',1))=n), lambda e: trino.url_decode(substr(e,CASE WHEN instr(e,'=')=0 THEN length(e) ELSE instr(e,'=') END+1)))[1]`,
    ],
  ],
}
