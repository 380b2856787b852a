import type { Macros } from './macro.ts'

export const collectionMacros: Macros = {
  array_join: [
    ['a,d', `array_to_string(list_transform(a,lambda x: CAST(x AS VARCHAR)),d)`],
    ['a,d,n', `array_to_string(list_transform(a,lambda x: coalesce(CAST(x AS VARCHAR),n)),d)`],
  ],
  array_distinct: [['a', `list_filter(a,lambda x,i: coalesce(list_position(a,x),i)=i)`]],
  array_sort: [['a', `list_sort(a,'ASC','NULLS LAST')`]],
  array_max: [['a', `list_max(a)`]],
  array_min: [['a', `list_min(a)`]],
  array_position: [
    ['a,x', `CASE WHEN a IS NULL OR x IS NULL THEN NULL ELSE coalesce(list_position(a,x),0) END`],
  ],
  array_remove: [['a,v', `list_filter(a,lambda x: x<>v)`]],
  array_intersect: [['a,b', `trino.array_distinct(list_filter(a,lambda x: list_contains(b,x)))`]],
  array_except: [['a,b', `trino.array_distinct(list_filter(a,lambda x: NOT list_contains(b,x)))`]],
  array_union: [['a,b', `trino.array_distinct(list_concat(a,b))`]],
  arrays_overlap: [['a,b', `list_has_any(a,b)`]],
  array_first: [['a', `a[1]`]],
  array_last: [['a', `a[-1]`]],
  trim_array: [['a,n', `a[1:len(a)-n]`]],
  slice: [['a,s,n', `CASE WHEN s<0 THEN list_slice(a,len(a)+s+1,len(a)+s+n) ELSE list_slice(a,s,s+n-1) END`]],
  repeat: [['x,n', `list_transform(range(n),lambda i: x)`]],
  zip: [
    ['a,b', `list_zip(a,b)`],
    ['a,b,c', `list_zip(a,b,c)`],
  ],
  ngrams: [['a,n', `list_transform(range(1,len(a)-n+2),lambda i: list_slice(a,i,i+n-1))`]],
  shuffle: [
    ['a', `list_transform(list_sort(list_transform(a,lambda x: {'r':random(),'v':x})),lambda s: s.v)`],
  ],
  combinations: [
    [
      'a,n',
      `CASE n WHEN 1 THEN list_transform(a,lambda x:[x]) WHEN 2 THEN flatten(list_transform(range(1,len(a)+1),lambda i: list_transform(range(i+1,len(a)+1),lambda j: [a[i],a[j]]))) END`,
    ],
  ],
  sequence: [
    ['a,b', `generate_series(a,b)`],
    ['a,b,c', `generate_series(a,b,c)`],
  ],
  map_entries: [['m', `list_zip(map_keys(m),map_values(m))`]],
  // DuckDB's own, for the rules: entries with the names `key` and `value`.
  __entries: [['m', `map_entries(m)`]],
}
