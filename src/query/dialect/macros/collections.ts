import { fail, INVALID, type Macros } from './macro.ts'

const START_AT_ONE = `${INVALID}: SQL array indices start at 1`

export const collectionMacros: Macros = {
  array_join: [
    [
      'a,d',
      `CASE WHEN list_count(a)>0 THEN trino.__joined(list_transform(a,lambda x: trino.__varchar(x)),d) WHEN a IS NOT NULL AND d IS NOT NULL THEN '' END`,
    ],
    [
      'a,d,n',
      `CASE WHEN len(a)=0 AND d IS NOT NULL AND n IS NOT NULL THEN '' WHEN n IS NOT NULL THEN trino.__joined(list_transform(a,lambda x: coalesce(trino.__varchar(x),n)),d) END`,
    ],
  ],
  array_distinct: [['a', `list_filter(a,lambda x,i: coalesce(list_position(a,x),i)=i)`]],
  array_sort: [['a', `list_sort(a,'ASC','NULLS LAST')`]],
  array_max: [['a', `CASE WHEN list_count(a)=len(a) THEN list_max(a) END`]],
  array_min: [['a', `CASE WHEN list_count(a)=len(a) THEN list_min(a) END`]],
  array_position: [
    ['a,x', `CASE WHEN a IS NULL OR x IS NULL THEN NULL ELSE coalesce(list_position(a,x),0) END`],
  ],
  array_remove: [['a,v', `CASE WHEN v IS NOT NULL THEN list_filter(a,lambda x: x IS DISTINCT FROM v) END`]],
  // In the order of the longer one.
  array_intersect: [
    [
      'a,b',
      `CASE WHEN a IS NULL OR b IS NULL THEN NULL WHEN len(a)<len(b) THEN trino.array_distinct(list_filter(b,lambda x: trino.__holds(a,x))) ELSE trino.array_distinct(list_filter(a,lambda x: trino.__holds(b,x))) END`,
    ],
  ],
  // From which nothing is taken keeps what it has twice.
  array_except: [
    [
      'a,b',
      `CASE WHEN b IS NULL THEN NULL WHEN len(b)=0 THEN a ELSE trino.array_distinct(list_filter(a,lambda x: NOT trino.__holds(b,x))) END`,
    ],
  ],
  array_union: [
    ['a,b', `CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN trino.array_distinct(list_concat(a,b)) END`],
  ],
  arrays_overlap: [
    [
      'a,b',
      `CASE WHEN a IS NULL OR b IS NULL THEN NULL WHEN list_has_any(a,b) THEN true WHEN len(a)=0 OR len(b)=0 THEN false WHEN list_count(a)<len(a) OR list_count(b)<len(b) THEN NULL ELSE list_has_any(a,b) END`,
    ],
  ],
  contains_sequence: [
    [
      'a,b',
      `CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE len(b)=0 OR len(list_filter(range(1,len(a)-len(b)+2),lambda i: list_slice(a,i,i+len(b)-1)=b))>0 END`,
    ],
  ],
  __lists_equal: [
    [
      'a,b',
      `CASE WHEN a IS NULL OR b IS NULL THEN NULL WHEN len(a)<>len(b) THEN false WHEN list_count(a)=len(a) AND list_count(b)=len(b) THEN a=b ELSE trino.__all(list_transform(list_zip(a,b),lambda e: e[1]=e[2])) END`,
    ],
  ],
  __maps_equal: [
    [
      'a,b',
      `CASE WHEN a IS NULL OR b IS NULL THEN NULL WHEN list_sort(map_keys(a))<>list_sort(map_keys(b)) THEN false ELSE trino.__all(list_transform(map_keys(a),lambda k: map_extract_value(a,k)=map_extract_value(b,k))) END`,
    ],
  ],
  // Is it an element, where NULL is like any other?
  __holds: [['b,x', `CASE WHEN x IS NULL THEN list_count(b)<len(b) ELSE list_contains(b,x) END`]],
  __contains: [
    [
      'a,x',
      `CASE WHEN x IS NULL OR a IS NULL THEN NULL WHEN list_contains(a,x) THEN true WHEN list_count(a)<len(a) THEN NULL ELSE false END`,
    ],
  ],
  __any: [
    [
      'l',
      `CASE WHEN list_bool_or(l) THEN true WHEN list_count(l)<len(l) THEN NULL WHEN l IS NOT NULL THEN false END`,
    ],
  ],
  __all: [
    [
      'l',
      `CASE WHEN NOT list_bool_and(l) THEN false WHEN list_count(l)<len(l) THEN NULL WHEN l IS NOT NULL THEN true END`,
    ],
  ],
  // Trino fails where DuckDB's `a[i]` is NULL.
  __at: [
    [
      'a,i',
      `CASE WHEN i<1 THEN ${fail('a[1]', START_AT_ONE)} WHEN i>len(a) THEN ${fail('a[1]', `${INVALID}: Array subscript must be less than or equal to array length`)} ELSE a[i] END`,
    ],
  ],
  __element: [['a,i', `CASE WHEN i=0 THEN ${fail('a[1]', START_AT_ONE)} ELSE a[i] END`]],
  __value: [
    [
      'm,k',
      `CASE WHEN m IS NULL OR map_contains(m,k) THEN map_extract_value(m,k) ELSE ${fail('map_extract_value(m,k)', `${INVALID}: Key not present in map`)} END`,
    ],
  ],
  array_histogram: [
    [
      'a',
      `map_from_entries(list_transform(trino.array_distinct(list_filter(a,lambda x: x IS NOT NULL)),lambda k: {'key':k,'value':len(list_filter(a,lambda y: y=k))}))`,
    ],
  ],
  multimap_from_entries: [
    [
      'l',
      `map_from_entries(list_transform(trino.array_distinct(list_transform(l,lambda e: struct_extract_at(e,1))),lambda k: {'key':k,'value':list_transform(list_filter(l,lambda e: struct_extract_at(e,1)=k),lambda e: struct_extract_at(e,2))}))`,
    ],
  ],
  array_first: [['a', `a[1]`]],
  array_last: [['a', `a[-1]`]],
  trim_array: [
    [
      'a,n',
      `CASE WHEN n<0 OR n>len(a) THEN [${fail('a[1]', `${INVALID}: size must not exceed array cardinality`)}] ELSE a[1:len(a)-n] END`,
    ],
  ],
  slice: [
    [
      'a,s,n',
      `CASE WHEN s=0 OR n<0 THEN [${fail('a[1]', START_AT_ONE)}] WHEN abs(s)>len(a) THEN [] WHEN s<0 THEN list_slice(a,len(a)+s+1,len(a)+s+n) ELSE list_slice(a,s,s+n-1) END`,
    ],
  ],
  repeat: [['x,n', `list_transform(range(n),lambda i: x)`]],
  zip: [
    [
      'a,b',
      `CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN list_transform(list_zip(a,b),lambda e: {'field0':e[1],'field1':e[2]}) END`,
    ],
    [
      'a,b,c',
      `CASE WHEN a IS NOT NULL AND b IS NOT NULL AND c IS NOT NULL THEN list_transform(list_zip(a,b,c),lambda e: {'field0':e[1],'field1':e[2],'field2':e[3]}) END`,
    ],
  ],
  ngrams: [
    [
      'a,n',
      `CASE WHEN n>=len(a) THEN [a] ELSE list_transform(range(1,len(a)-n+2),lambda i: list_slice(a,i,i+n-1)) END`,
    ],
  ],
  shuffle: [
    ['a', `list_transform(list_sort(list_transform(a,lambda x: {'r':random(),'v':x})),lambda s: s.v)`],
  ],
  combinations: [['a,n', `list_transform(__choices(len(a),n),lambda c: list_transform(c,lambda i: a[i]))`]],
  sequence: [
    ['a,b', `generate_series(a,b,CASE WHEN b<a THEN -1 ELSE 1 END)`],
    ['a,b,c', `generate_series(a,b,c)`],
  ],
  map_entries: [['m', `list_transform(map_entries(m),lambda e: {'field0':e.key,'field1':e.value})`]],
  // DuckDB's own, for the rules: entries with the names `key` and `value`.
  __entries: [['m', `map_entries(m)`]],
}
