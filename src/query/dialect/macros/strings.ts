import { fail, INVALID, SEVERAL_MEANINGS, type Macros } from './macro.ts'

const NO_DELIMITER = fail('s', `${INVALID}: The delimiter may not be the empty string`)

const CANNOT_PAD = fail('s', `${INVALID}: The size must not be negative, and the padding not empty`)
const canPad = `s IS NULL OR n IS NULL OR p IS NULL OR (n BETWEEN 0 AND 2147483647 AND p<>'')`

export const stringMacros: Macros = {
  strpos: [
    ['s,t', `instr(s,t)`],
    ['s,t,n', `__strpos(s,t,n)`],
  ],
  split: [
    ['s,d', `CASE WHEN d='' THEN [${NO_DELIMITER}] ELSE str_split(s,d) END`],
    [
      's,d,n',
      `CASE WHEN n IS NULL THEN NULL WHEN n<1 THEN [${fail('s', `${INVALID}: Limit must be positive`)}] WHEN d='' THEN [${NO_DELIMITER}] WHEN len(str_split(s,d))<=n THEN str_split(s,d) ELSE list_append(str_split(s,d)[1:n-1],trino.__joined(str_split(s,d)[n:],d)) END`,
    ],
  ],
  split_part: [
    [
      's,d,n',
      `CASE WHEN n<1 THEN ${fail('s', `${INVALID}: Index must be greater than zero`)} ELSE str_split(s,d)[n] END`,
    ],
  ],
  split_to_map: [
    [
      's,ed,kd',
      `CASE WHEN s='' THEN MAP {} ELSE map_from_entries(list_transform(str_split(s,ed),lambda e: {'key':trino.__entry(e,kd)[1],'value':trino.__entry(e,kd)[2]})) END`,
    ],
  ],
  split_to_multimap: [
    [
      's,ed,kd',
      `trino.multimap_from_entries(list_transform(str_split(s,ed),lambda e: {'key':trino.__entry(e,kd)[1],'value':trino.__entry(e,kd)[2]}))`,
    ],
  ],
  __entry: [
    [
      'e,kd',
      `CASE WHEN len(str_split(e,kd))=2 THEN str_split(e,kd) ELSE [${fail('e', `${INVALID}: Key-value delimiter must appear exactly once in each entry`)}] END`,
    ],
  ],
  __concat_ws_unseen: [
    ['s,x', `CASE WHEN typeof(x) LIKE '%[]' THEN ${fail("''", SEVERAL_MEANINGS)} ELSE concat_ws(s,x) END`],
  ],
  replace: [
    ['s,a', `replace(s,a,'')`],
    [
      's,a,b',
      `CASE WHEN a='' THEN b||trino.__joined(str_split(s,''),b)||CASE WHEN s='' THEN '' ELSE b END ELSE replace(s,a,b) END`,
    ],
  ],
  // array_to_string() takes a constant as separator only: here it is put before each piece, and taken from the start again.
  __joined: [['l,d', `substr(array_to_string(list_transform(l,lambda x: d||x),''),length(d)+1)`]],
  // As format() prints what is no number.
  __printed: [
    [
      'x',
      `CASE WHEN typeof(x) IN ('DOUBLE','FLOAT') THEN __java_double(CAST(x AS VARCHAR)) ELSE trino.__varchar(x) END`,
    ],
  ],
  codepoint: [
    [
      'c',
      `CASE WHEN length(c)=1 THEN unicode(c) WHEN c IS NOT NULL THEN ${fail('0', `${INVALID}: Input string must be a single character string`)} END`,
    ],
  ],
  // Positions start at 1: from 0 on, and from before the first, there is nothing.
  __substr: [
    [
      't,s',
      `CASE WHEN t IS NULL OR s IS NULL THEN NULL WHEN s=0 OR s>2147483647 OR s < -length(t) THEN '' ELSE substr(t,s) END`,
    ],
    [
      't,s,n',
      `CASE WHEN t IS NULL OR s IS NULL OR n IS NULL THEN NULL WHEN n<=0 OR s=0 OR s>2147483647 OR s < -length(t) THEN '' ELSE substr(t,s,least(n,2147483647)) END`,
    ],
  ],
  // DuckDB counts bytes, and takes what looks like one character for one.
  levenshtein_distance: [
    [
      'a,b',
      `CASE WHEN strlen(a)=length(a) AND strlen(b)=length(b) THEN levenshtein(a,b) ELSE __levenshtein(a,b) END`,
    ],
  ],
  hamming_distance: [
    [
      'a,b',
      `CASE WHEN strlen(a)=length(a) AND strlen(b)=length(b) THEN hamming(a,b) ELSE __hamming(a,b) END`,
    ],
  ],
  __reverse_text: [['s', `CASE WHEN strlen(s)=length(s) THEN reverse(s) ELSE __reverse(s) END`]],
  __lpad: [['s,n,p', `CASE WHEN ${canPad} THEN lpad(s,CAST(n AS INTEGER),p) ELSE ${CANNOT_PAD} END`]],
  __rpad: [['s,n,p', `CASE WHEN ${canPad} THEN rpad(s,CAST(n AS INTEGER),p) ELSE ${CANNOT_PAD} END`]],
  to_utf8: [['s', `encode(s)`]],
  from_utf8: [
    ['b', `coalesce(try(decode(b)),__from_utf8(b))`],
    ['b,r', `coalesce(try(decode(b)),replace(__from_utf8(b),chr(65533),r))`],
  ],
  to_hex: [['b', `hex(b)`]],
  from_hex: [['s', `unhex(s)`]],
  md5: [['b', `unhex(md5(b))`]],
  sha1: [['b', `unhex(sha1(b))`]],
  sha256: [['b', `unhex(sha256(b))`]],
  sha512: [['b', `__sha512(b)`]],
  hmac_md5: [['b,k', `__hmac_md5(b,k)`]],
  hmac_sha1: [['b,k', `__hmac_sha1(b,k)`]],
  hmac_sha256: [['b,k', `__hmac_sha256(b,k)`]],
  hmac_sha512: [['b,k', `__hmac_sha512(b,k)`]],
  crc32: [['b', `__crc32(b)`]],
  soundex: [['s', `__soundex(s)`]],
  luhn_check: [['s', `__luhn_check(s)`]],
  format_number: [['n', `__format_number(CAST(n AS DOUBLE))`]],
  to_base32: [['b', `__to_base32(b)`]],
  from_base32: [['s', `__from_base32(s)`]],
  to_base64url: [['b', `__to_base64url(b)`]],
  from_base64url: [['s', `__from_base64url(s)`]],
  ip_prefix: [['a,n', `__ip_prefix(a,n)`]],
  ip_subnet_min: [['p', `__ip_subnet_min(p)`]],
  ip_subnet_max: [['p', `__ip_subnet_max(p)`]],
  is_subnet_of: [['p,a', `__ip_contains(p,a)`]],
}
