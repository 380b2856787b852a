import type { Macros } from './macro.ts'

export const mathMacros: Macros = {
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
      `CASE WHEN x<lo THEN 0 WHEN x>=hi THEN n+1 ELSE CAST(floor((CAST(x AS DOUBLE)-lo)/(CAST(hi AS DOUBLE)-lo)*n) AS BIGINT)+1 END`,
    ],
  ],
  to_base: [['x,b', `lower(to_base(x,b))`]],
  from_base: [
    [
      's,b',
      `list_reduce(list_transform(str_split(lower(s),''),lambda c: CAST(instr('0123456789abcdefghijklmnopqrstuvwxyz',c)-1 AS BIGINT)),lambda a,d: a*b+d)`,
    ],
  ],
  bitwise_and: [['a,b', `a&b`]],
  bitwise_or: [['a,b', `a|b`]],
  bitwise_xor: [['a,b', `xor(a,b)`]],
  bitwise_not: [['a', `~a`]],
  bitwise_left_shift: [['a,b', `a<<b`]],
  bitwise_right_shift: [['a,b', `a>>b`]],
  bit_count: [['x,n', `bit_count(x)`]],
  __divide: [
    [
      'a,b',
      `CASE WHEN b = 0 AND typeof(a) NOT IN ('DOUBLE', 'FLOAT') AND typeof(b) NOT IN ('DOUBLE', 'FLOAT') THEN error('Division by zero') ELSE a / b END`,
    ],
  ],
  __modulo: [
    [
      'a,b',
      `CASE WHEN b = 0 AND typeof(a) NOT IN ('DOUBLE', 'FLOAT') AND typeof(b) NOT IN ('DOUBLE', 'FLOAT') THEN error('Division by zero') ELSE a % b END`,
    ],
  ],
  // DuckDB's is off by a bit for perfect cubes.
  cbrt: [['x', `CASE WHEN pow(round(cbrt(x)), 3) = x THEN round(cbrt(x)) ELSE cbrt(x) END`]],
  typeof: [
    [
      'x',
      `CASE typeof(x) WHEN 'DOUBLE' THEN 'double' WHEN 'FLOAT' THEN 'real' WHEN 'BLOB' THEN 'varbinary' WHEN '"NULL"' THEN 'unknown' WHEN 'TIMESTAMP' THEN 'timestamp(3)' WHEN 'TIMESTAMP WITH TIME ZONE' THEN 'timestamp(3) with time zone' ELSE lower(typeof(x)) END`,
    ],
  ],
  // With integer_division, DuckDB's 1e0 / 0 is NULL.
  __divide_double: [
    [
      'a,b',
      `CASE WHEN b <> 0 OR a IS NULL OR b IS NULL THEN a / b WHEN a > 0 THEN CAST('Infinity' AS DOUBLE) WHEN a < 0 THEN CAST('-Infinity' AS DOUBLE) ELSE CAST('NaN' AS DOUBLE) END`,
    ],
  ],
}
