import type { Macros } from './macro.ts'

export const regexpMacros: Macros = {
  __re: [['p', `regexp_replace(p,'\\(\\?<([A-Za-z])','(?P<\\1','g')`]],
  regexp_like: [['s,p', `regexp_matches(s,trino.__re(p))`]],
  regexp_extract: [
    ['s,p', `CASE WHEN regexp_matches(s,trino.__re(p)) THEN regexp_extract(s,trino.__re(p)) END`],
    [
      's,p,g',
      `CASE WHEN g IS NOT NULL AND regexp_matches(s,trino.__re(p)) THEN regexp_extract(s,trino.__re(p),g) END`,
    ],
  ],
  regexp_replace: [
    ['s,p', `regexp_replace(s,trino.__re(p),'','g')`],
    [
      's,p,r',
      `CASE WHEN contains(r,'\\') OR contains(r,'{') THEN __re_replace(s,p,r) ELSE regexp_replace(s,trino.__re(p),regexp_replace(r,'\\$(\\d)','\\\\\\1','g'),'g') END`,
    ],
  ],
  regexp_count: [['s,p', `len(regexp_extract_all(s,p))`]],
  regexp_position: [['s,p', `CASE WHEN regexp_matches(s,p) THEN instr(s,regexp_extract(s,p)) ELSE -1 END`]],
  regexp_split: [['s,p', `regexp_split_to_array(s,p)`]],
}
