/** Functions that take a lambda: macros cannot, so they become DuckDB's list functions here. */
import { HozonError } from '../../../base/errors.ts'
import { call, contentOf, tagOf, type Node } from '../ast.ts'
import type { FunctionRules } from '../rewrite.ts'
import { lambdaBody, template } from '../template.ts'

const KEY = (): unknown => template('__p.key')
const VALUE = (): unknown => template('__p.value')

export const lambdaFunctions: FunctionRules = {
  transform: ([list, lambda]) => call('list_transform', list, lambda),
  filter: ([list, lambda]) => call('list_filter', list, lambda),
  // The accumulator's last step is a lambda of its own: applied to a list of one.
  reduce: ([list, start, step, last]) =>
    template('list_transform([list_reduce(__A, __F, __I)], __O)[1]', { A: list, I: start, F: step, O: last }),
  reduce_agg: ([value, start, step]) =>
    template('list_reduce(list(__A), __F, __I)', { A: value, I: start, F: step }),
  any_match: ([list, lambda]) =>
    template('coalesce(list_bool_or(list_transform(__A, __F)), false)', { A: list, F: lambda }),
  all_match: ([list, lambda]) =>
    template('coalesce(list_bool_and(list_transform(__A, __F)), true)', { A: list, F: lambda }),
  none_match: ([list, lambda]) =>
    template('NOT coalesce(list_bool_or(list_transform(__A, __F)), false)', { A: list, F: lambda }),
  zip_with: ([left, right, lambda]) =>
    template('list_transform(list_zip(__A, __B), __p -> __BODY)', {
      A: left,
      B: right,
      BODY: lambdaBody(lambda, [template('__p[1]'), template('__p[2]')]),
    }),
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
  array_sort(args) {
    if (args.length < 2) return undefined
    if (isDescending(args[1])) return call('list_reverse_sort', args[0])
    throw new HozonError(
      'HOZON_SQL_FAILED',
      'array_sort with a comparator is supported for descending order only',
      {
        op: 'translate',
        hint: '(a, b) -> IF(a < b, 1, IF(a = b, 0, -1))',
      },
    )
  },
  regexp_replace(args) {
    if (tagOf(args[2]) !== 'lambda') return undefined
    throw new HozonError('HOZON_SQL_FAILED', 'regexp_replace with a lambda is not supported', {
      op: 'translate',
    })
  },
}

/** (a, b) -> IF(a < b, 1, IF(a = b, 0, -1)) in its usual spellings. */
function isDescending(lambda: unknown): boolean {
  const content = contentOf(lambda, 'lambda')
  const [first, second] = ((content?.['parameters'] ?? []) as Node[]).map((parameter) => parameter['name'])
  const text = JSON.stringify(content?.['body'] ?? null, (key, value: unknown) =>
    key === 'span' ? undefined : value,
  )
  const compares = (tag: string, left: unknown, right: unknown): boolean =>
    new RegExp(
      `"${tag}":\\{"left":\\{"column":\\{"name":\\{"name":"${String(left)}".*?"right":\\{"column":\\{"name":\\{"name":"${String(right)}"`,
    ).test(text)
  const oneFirst = /"then|"whens":\[\[|"literal_type":"number","value":"1"/.test(text)
  return (
    oneFirst && (compares('lt', first, second) || compares('gt', second, first)) && firstNumber(text) === '1'
  )
}

/** What the comparator answers to its first test: 1 puts the smaller element behind. */
function firstNumber(text: string): string | undefined {
  const found = /"literal_type":"number","value":"(\d+)"|"neg":/.exec(text)
  return found?.[1]
}
