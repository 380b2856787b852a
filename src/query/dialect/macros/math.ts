import { fail, SEVERAL_MEANINGS, type Macros } from './macro.ts'

const DIVISOR_ZERO = fail('b', 'DIVISION_BY_ZERO: Division by zero')

const INTEGERS = `('TINYINT','SMALLINT','INTEGER','BIGINT','HUGEINT')`
/** What is right depends on a type that the query does not show. */
const UNSEEN = fail('b', SEVERAL_MEANINGS)

export const mathMacros: Macros = {
  __divide_exactly: [['a,b,s', `__divide_exactly(CAST(a AS VARCHAR),CAST(b AS VARCHAR),CAST(s AS BIGINT))`]],
  truncate: [
    ['x', `trunc(x)`],
    ['x,n', `trunc(x*pow(10,n))/pow(10,n)`],
  ],
  e: [['', `2.718281828459045e0`]],
  nan: [['', `'nan'::DOUBLE`]],
  infinity: [['', `'inf'::DOUBLE`]],
  is_nan: [['x', `isnan(x)`]],
  is_finite: [['x', `isfinite(x)`]],
  is_infinite: [['x', `isinf(x)`]],
  width_bucket: [
    ['x,bins', `CAST(len(list_filter(bins,lambda b: b<=x)) AS BIGINT)`],
    [
      'x,lo,hi,n',
      `CASE WHEN lo<hi THEN trino.__bucket(x,lo,hi,n) WHEN lo>hi THEN n-trino.__bucket(x,hi,lo,n)+1 END`,
    ],
  ],
  __bucket: [
    [
      'x,lo,hi,n',
      `CASE WHEN x<lo THEN 0 WHEN x>=hi THEN n+1 ELSE CAST(floor((CAST(x AS DOUBLE)-lo)/(CAST(hi AS DOUBLE)-lo)*n) AS BIGINT)+1 END`,
    ],
  ],
  to_base: [['x,b', `__to_base(x,b)`]],
  from_base: [['s,b', `__from_base(s,b)`]],
  bitwise_and: [['a,b', `a&b`]],
  bitwise_or: [['a,b', `a|b`]],
  bitwise_xor: [['a,b', `xor(a,b)`]],
  bitwise_not: [['a', `~a`]],
  bitwise_left_shift: [['a,b', `__shift_left(a,b,trino.__bits(a))`]],
  bitwise_right_shift: [['a,b', `__shift_right(a,b,trino.__bits(a))`]],
  bitwise_right_shift_arithmetic: [
    [
      'a,b',
      `CASE WHEN b<0 OR b>62 OR a IS NULL THEN CASE WHEN a<0 THEN -1 WHEN a>=0 THEN 0 END ELSE a>>b END`,
    ],
  ],
  __bits: [
    ['a', `CASE typeof(a) WHEN 'TINYINT' THEN 8 WHEN 'SMALLINT' THEN 16 WHEN 'INTEGER' THEN 32 ELSE 64 END`],
  ],
  random: [
    ['', `random()`],
    ['n', `CAST(floor(random()*n) AS BIGINT)`],
    ['m,n', `CAST(floor(random()*(n-m)) AS BIGINT)+m`],
  ],
  cosine_similarity: [
    [
      'a,b',
      `list_sum(list_transform(map_keys(a),lambda k: a[k]*coalesce(b[k],0)))/(sqrt(list_sum(list_transform(map_values(a),lambda v: v*v)))*sqrt(list_sum(list_transform(map_values(b),lambda v: v*v))))`,
    ],
  ],
  __entropy: [['c', `coalesce(log2(sum(c))-sum(CASE WHEN c>0 THEN c*log2(c) ELSE 0 END)/sum(c),0)`]],
  __skewness: [
    [
      'x',
      `CASE WHEN count(x)>2 THEN skewness(x)*(count(x)-2)/sqrt(CAST(count(x) AS DOUBLE)*(count(x)-1)) END`,
    ],
  ],
  __try_boolean: [
    [
      's',
      `CASE WHEN lower(s) IN ('true','t','1') THEN true WHEN lower(s) IN ('false','f','0') THEN false END`,
    ],
  ],
  __boolean: [
    [
      's',
      `CASE WHEN s IS NULL OR lower(s) IN ('true','t','1','false','f','0') THEN trino.__try_boolean(s) ELSE ${fail('true', 'INVALID_CAST_ARGUMENT: Cannot cast the text to BOOLEAN')} END`,
    ],
  ],
  __ceil_unseen: [
    ['b', `CASE WHEN typeof(b) IN ${INTEGERS} THEN ${fail('ceil(b)', SEVERAL_MEANINGS)} ELSE ceil(b) END`],
  ],
  __floor_unseen: [
    ['b', `CASE WHEN typeof(b) IN ${INTEGERS} THEN ${fail('floor(b)', SEVERAL_MEANINGS)} ELSE floor(b) END`],
  ],
  __sign_unseen: [
    [
      'b',
      `CASE WHEN typeof(b) IN ('DOUBLE','FLOAT') THEN ${fail('sign(b)', SEVERAL_MEANINGS)} ELSE sign(b) END`,
    ],
  ],
  __integer_unseen: [
    [
      'x',
      `CASE WHEN typeof(x) IN ('DOUBLE','FLOAT') THEN CAST(round(TRY_CAST(CAST(x AS VARCHAR) AS DOUBLE)) AS HUGEINT) WHEN typeof(x)='VARCHAR' THEN CAST(trino.__text_integer(CAST(x AS VARCHAR)) AS HUGEINT) ELSE CAST(x AS HUGEINT) END`,
    ],
  ],
  // DuckDB fails where Trino's are not a number or infinite.
  sqrt: [['x', `CASE WHEN x<0 THEN 'nan'::DOUBLE ELSE sqrt(x) END`]],
  ln: [['x', `CASE WHEN x<0 THEN 'nan'::DOUBLE WHEN x=0 THEN '-inf'::DOUBLE ELSE ln(x) END`]],
  log2: [['x', `CASE WHEN x<0 THEN 'nan'::DOUBLE WHEN x=0 THEN '-inf'::DOUBLE ELSE ln(x)/ln(2e0) END`]],
  log: [['b,x', `trino.__divide_double(trino.ln(x),trino.ln(b))`]],
  log10: [['x', `CASE WHEN x<0 THEN 'nan'::DOUBLE WHEN x=0 THEN '-inf'::DOUBLE ELSE log10(x) END`]],
  acos: [['x', `CASE WHEN abs(x)>1 THEN 'nan'::DOUBLE ELSE acos(x) END`]],
  asin: [['x', `CASE WHEN abs(x)>1 THEN 'nan'::DOUBLE ELSE asin(x) END`]],
  __text_integer: [
    [
      's',
      `CASE WHEN s IS NULL OR regexp_full_match(s,'\\s*[+-]?[0-9]+\\s*') THEN trim(s) ELSE ${fail('s', 'INVALID_CAST_ARGUMENT: Cannot cast the text to an integer')} END`,
    ],
  ],
  __text_double: [
    [
      's',
      `CASE WHEN s IS NULL OR regexp_full_match(s,'\\s*[+-]?(?:(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?|Infinity|NaN)[dDfF]?\\s*') THEN regexp_replace(trim(s),'[dDfF]$','') ELSE ${fail('s', 'INVALID_CAST_ARGUMENT: Cannot cast the text to a double')} END`,
    ],
  ],
  bit_count: [['x,n', `__bit_count(x,n)`]],
  parse_data_size: [['s', `CAST(__data_size(s) AS DECIMAL(38,0))`]],
  parse_presto_data_size: [['s', `CAST(__data_size(s) AS DECIMAL(38,0))`]],
  dot_product: [['a,b', `list_dot_product(CAST(a AS DOUBLE[]),CAST(b AS DOUBLE[]))`]],
  euclidean_distance: [['a,b', `list_distance(CAST(a AS DOUBLE[]),CAST(b AS DOUBLE[]))`]],
  __cosine: [['a,b', `list_cosine_similarity(CAST(a AS DOUBLE[]),CAST(b AS DOUBLE[]))`]],
  __divide: [
    [
      'a,b',
      `CASE WHEN b = 0 AND typeof(a) NOT IN ('DOUBLE', 'FLOAT') AND typeof(b) NOT IN ('DOUBLE', 'FLOAT') THEN a / ${DIVISOR_ZERO} WHEN typeof(a) NOT IN ('DOUBLE', 'FLOAT') AND typeof(b) NOT IN ('DOUBLE', 'FLOAT') AND (typeof(a) LIKE 'DECIMAL%' OR typeof(b) LIKE 'DECIMAL%') THEN a / ${UNSEEN} WHEN b = 0 THEN a / ${UNSEEN} ELSE a / b END`,
    ],
  ],
  __modulo: [
    [
      'a,b',
      `CASE WHEN b = 0 AND typeof(a) NOT IN ('DOUBLE', 'FLOAT') AND typeof(b) NOT IN ('DOUBLE', 'FLOAT') THEN a % ${DIVISOR_ZERO} ELSE a % b END`,
    ],
  ],
  // DuckDB's is off by a bit.
  cbrt: [['x', `__cbrt(CAST(x AS DOUBLE))`]],
  typeof: [['x', `__type_name(typeof(x))`]],
  // With integer_division, DuckDB's 1e0 / 0 is NULL.
  __divide_double: [
    [
      'a,b',
      `CASE WHEN b <> 0 OR a IS NULL OR b IS NULL THEN a / b WHEN a <> a * 0 AND a * 0 = 0 THEN CAST(CASE WHEN (a > 0) = (CAST(b AS VARCHAR) NOT LIKE '-%') THEN 'Infinity' ELSE '-Infinity' END AS FLOAT) ELSE CAST('NaN' AS FLOAT) END`,
    ],
  ],
}
