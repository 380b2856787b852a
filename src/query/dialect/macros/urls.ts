import type { Macros } from './macro.ts'

export const urlMacros: Macros = {
  url_extract_protocol: [['u', `__url_protocol(u)`]],
  url_extract_host: [['u', `__url_host(u)`]],
  url_extract_port: [['u', `CAST(__url_port(u) AS BIGINT)`]],
  url_extract_path: [['u', `__url_path(u)`]],
  url_extract_query: [['u', `__url_query(u)`]],
  url_extract_fragment: [['u', `__url_fragment(u)`]],
  url_decode: [['s', `CASE WHEN contains(s,'%') THEN __url_decode(s) ELSE replace(s,'+',' ') END`]],
  url_encode: [['s', `replace(replace(replace(url_encode(s),'%20','+'),'~','%7E'),'%2A','*')`]],
  url_extract_parameter: [
    [
      'u,n',
      `list_transform(list_filter(str_split(__url_raw_query(u),'&'),lambda e: trino.url_decode(split_part(e,'=',1))=n), lambda e: trino.url_decode(substr(e,CASE WHEN instr(e,'=')=0 THEN length(e) ELSE instr(e,'=') END+1)))[1]`,
    ],
  ],
}
