/** Functions that take a lambda: macros cannot, so they become DuckDB's list functions here. */
import { call, parenthesized } from '../ast.ts'
import type { FunctionRules } from '../rewrite.ts'
import { lambdaBody, template } from '../template.ts'

const KEY = (): unknown => template('__p.key')
const VALUE = (): unknown => template('__p.value')

export const lambdaFunctions: FunctionRules = {
  transform: ([list, lambda]) => call('list_transform', list, lambda),
  filter: ([list, lambda]) => call('list_filter', list, lambda),
  // The states and the elements may be of different types, which list_reduce does not take: both are put into one struct.
  // The accumulator's last step is a lambda of its own: applied to a list of one.
  reduce: ([list, start, step, last]) =>
    template(
      'list_transform([list_reduce(list_transform(__A, __x -> struct_pack(s := __NULL_STATE, x := __x)), (__a, __e) -> struct_pack(s := __BODY, x := __e.x), struct_pack(s := __FIRST, x := CASE WHEN false THEN __A[1] END)).s], __O)[1]',
      {
        A: list,
        O: last,
        NULL_STATE: typed('CASE WHEN false THEN __S END', list, start, step),
        FIRST: typed('__S', list, start, step),
        BODY: lambdaBody(step, [template('__a.s'), template('__e.x')]),
      },
    ),
  reduce_agg: ([value, start, step]) =>
    template('list_reduce(list(__A) FILTER (WHERE __A IS NOT NULL), __F, __I)', {
      A: value,
      I: start,
      F: step,
    }),
  any_match: ([list, lambda]) => call('__any', call('list_transform', list, lambda)),
  all_match: ([list, lambda]) => call('__all', call('list_transform', list, lambda)),
  none_match: ([list, lambda]) =>
    template('NOT __M', { M: call('__any', call('list_transform', list, lambda)) }),
  zip_with: ([left, right, lambda]) =>
    template(
      `CASE WHEN __A IS NOT NULL AND __B IS NOT NULL THEN list_transform(list_zip(__A, __B), __p -> __BODY) END`,
      {
        A: left,
        B: right,
        BODY: lambdaBody(lambda, [template('__p[1]'), template('__p[2]')]),
      },
    ),
  map_filter: ([map, lambda]) =>
    template('map_from_entries(list_filter(__entries(__A), __p -> __BODY))', {
      A: map,
      BODY: lambdaBody(lambda, [KEY(), VALUE()]),
    }),
  transform_values: ([map, lambda]) =>
    template(
      'map_from_entries(list_transform(__entries(__A), __p -> struct_pack(key := __p.key, value := __BODY)))',
      {
        A: map,
        BODY: lambdaBody(lambda, [KEY(), VALUE()]),
      },
    ),
  transform_keys: ([map, lambda]) =>
    template(
      'map_from_entries(list_transform(__entries(__A), __p -> struct_pack(key := __BODY, value := __p.value)))',
      {
        A: map,
        BODY: lambdaBody(lambda, [KEY(), VALUE()]),
      },
    ),
  map_zip_with: ([left, right, lambda]) =>
    template(
      'map_from_entries(list_transform(array_distinct(list_concat(map_keys(__A), map_keys(__B))), __p -> struct_pack(key := __p, value := __BODY)))',
      {
        A: left,
        B: right,
        BODY: lambdaBody(lambda, [
          template('__p'),
          template('map_extract_value(__M, __p)', { M: left }),
          template('map_extract_value(__M, __p)', { M: right }),
        ]),
      },
    ),
  array_sort([list, compare]) {
    if (compare === undefined) return undefined
    const compared = lambdaBody(compare, [template('__y'), template('__x')])
    // The place of an element is how many come before it; those of one place keep their order.
    return template(
      'list_transform(list_sort(list_transform(__A, (__x, __i) -> struct_pack(place := len(list_filter(__A, (__y, __j) -> __j <> __i AND __C < 0)), at := __i, item := __x))), __p -> __p.item)',
      { A: list, C: parenthesized(compared) },
    )
  },
}

/** The first state, of the type that it has in common with the next: `reduce(doubles, 0, …)` starts with 0.0. */
function typed(sql: string, list: unknown, start: unknown, step: unknown): unknown {
  const next = lambdaBody(step, [start, template('__A[1]', { A: list })])
  return template(sql, { S: template('CASE WHEN true THEN __I ELSE __N END', { I: start, N: next }) })
}
