import type { Macros } from './macro.ts'

export const aggregateMacros: Macros = {
  __mapdedup: [
    [
      'l',
      `map_from_entries(list_filter(l,lambda e,i: list_position(list_transform(l,lambda y: y.key),e.key)=i))`,
    ],
  ],
  map_agg: [['k,v', `trino.__mapdedup(list({'key':k,'value':v}) FILTER (k IS NOT NULL))`]],
  map_union: [['m', `trino.__mapdedup(flatten(list(map_entries(m))))`]],
  multimap_agg: [
    [
      'k,v',
      `CASE WHEN count(k)>0 THEN map_from_entries(list_transform(list_distinct(list(k ORDER BY k)).list_sort(),lambda kk: {'key':kk,'value':list_transform(list_filter(list({'k':k,'v':v}),lambda e: e.k=kk),lambda e: e.v)})) END`,
    ],
  ],
  approx_most_frequent: [
    [
      'n,x,c',
      `map_from_entries(list_transform(list_slice(list_sort(list_transform(map_entries(histogram(x)),lambda e: {'c':-CAST(e.value AS BIGINT),'k':e.key})),1,n),lambda e: {'key':e.k,'value':-e.c}))`,
    ],
  ],
  geometric_mean: [['x', `exp(avg(ln(x)))`]],
}
