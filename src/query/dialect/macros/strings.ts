import type { Macros } from './macro.ts'

export const stringMacros: Macros = {
  strpos: [
    ['s,t', `instr(s,t)`],
    [
      's,t,n',
      `CASE WHEN len(str_split(s,t))<=n THEN 0 ELSE len(array_to_string(str_split(s,t)[1:n],t))+1 END`,
    ],
  ],
  split: [
    ['s,d', `str_split(s,d)`],
    [
      's,d,n',
      `CASE WHEN len(str_split(s,d))<=n THEN str_split(s,d) ELSE list_append(str_split(s,d)[1:n-1],array_to_string(str_split(s,d)[n:],d)) END`,
    ],
  ],
  split_part: [['s,d,n', `str_split(s,d)[n]`]],
  split_to_map: [
    [
      's,ed,kd',
      `map_from_entries(list_transform(str_split(s,ed),lambda e: {'key':split_part(e,kd,1),'value':substr(e,instr(e,kd)+len(kd))}))`,
    ],
  ],
  replace: [
    ['s,a', `replace(s,a,'')`],
    ['s,a,b', `replace(s,a,b)`],
  ],
  codepoint: [['c', `unicode(c)`]],
  levenshtein_distance: [['a,b', `levenshtein(a,b)`]],
  hamming_distance: [['a,b', `hamming(a,b)`]],
  normalize: [['s', `nfc_normalize(s)`]],
  to_utf8: [['s', `encode(s)`]],
  from_utf8: [['b', `decode(b)`]],
  to_hex: [['b', `hex(b)`]],
  from_hex: [['s', `unhex(s)`]],
  md5: [['b', `unhex(md5(b))`]],
  sha1: [['b', `unhex(sha1(b))`]],
  sha256: [['b', `unhex(sha256(b))`]],
}
