import { fail, INVALID, type Macros } from './macro.ts'

const NO_DELIMITER = fail('s', `${INVALID}: The delimiter may not be the empty string`)

export const stringMacros: Macros = {
  strpos: [
    ['s,t', `instr(s,t)`],
    [
      's,t,n',
      `CASE WHEN n=0 THEN ${fail('0::BIGINT', `${INVALID}: 'instance' must be a positive or negative number.`)} WHEN len(str_split(s,t))<=abs(n) THEN 0 WHEN n<0 THEN len(array_to_string(str_split(s,t)[1:len(str_split(s,t))+n],t))+1 ELSE len(array_to_string(str_split(s,t)[1:n],t))+1 END`,
    ],
  ],
  split: [
    ['s,d', `CASE WHEN d='' THEN [${NO_DELIMITER}] ELSE str_split(s,d) END`],
    [
      's,d,n',
      `CASE WHEN n<1 THEN [${fail('s', `${INVALID}: Limit must be positive`)}] WHEN d='' THEN [${NO_DELIMITER}] WHEN len(str_split(s,d))<=n THEN str_split(s,d) ELSE list_append(str_split(s,d)[1:n-1],array_to_string(str_split(s,d)[n:],d)) END`,
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
  replace: [
    ['s,a', `replace(s,a,'')`],
    [
      's,a,b',
      `CASE WHEN a='' THEN b||array_to_string(str_split(s,''),b)||CASE WHEN s='' THEN '' ELSE b END ELSE replace(s,a,b) END`,
    ],
  ],
  // 1234567.89 -> 1,234,567.89
  __grouped: [
    [
      's',
      `regexp_replace(reverse(regexp_replace(reverse(split_part(s,'.',1)),'(\\d{3})','\\1,','g')),'^([+-]?),','\\1')||CASE WHEN contains(s,'.') THEN '.'||split_part(s,'.',2) ELSE '' END`,
    ],
  ],
  codepoint: [['c', `unicode(c)`]],
  levenshtein_distance: [['a,b', `levenshtein(a,b)`]],
  hamming_distance: [['a,b', `hamming(a,b)`]],
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
