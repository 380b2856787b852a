import type { Macros } from './macro.ts'

export const dateMacros: Macros = {
  from_unixtime: [['x', `to_timestamp(CAST(x AS DOUBLE))`]],
  from_unixtime_nanos: [['x', `make_timestamptz(CAST(x AS BIGINT)//1000)`]],
  to_unixtime: [['t', `epoch(t)`]],
  from_iso8601_timestamp: [['s', `CAST(s AS TIMESTAMPTZ)`]],
  from_iso8601_timestamp_nanos: [
    ['s', `CAST(trino.regexp_replace(s,'(\\.\\d{6})\\d+','\\1') AS TIMESTAMPTZ)`],
  ],
  from_iso8601_date: [
    [
      's',
      `CASE WHEN regexp_full_match(s,'\\d{4}-\\d{3}') THEN CAST(strptime(s,'%Y-%j') AS DATE) WHEN regexp_full_match(s,'\\d{4}-W\\d\\d-\\d') THEN CAST(strptime(s,'%G-W%V-%u') AS DATE) WHEN regexp_full_match(s,'\\d{4}-W\\d\\d') THEN CAST(strptime(s||'-1','%G-W%V-%u') AS DATE) WHEN regexp_full_match(s,'\\d{4}-\\d\\d') THEN CAST(s||'-01' AS DATE) ELSE CAST(s AS DATE) END`,
    ],
  ],
  to_iso8601: [
    [
      't',
      `CASE typeof(t) WHEN 'DATE' THEN CAST(t AS VARCHAR) WHEN 'TIMESTAMP WITH TIME ZONE' THEN strftime(TRY_CAST(CAST(t AS VARCHAR) AS TIMESTAMPTZ),'%Y-%m-%dT%H:%M:%S.%g')||'Z' ELSE strftime(TRY_CAST(CAST(t AS VARCHAR) AS TIMESTAMP),'%Y-%m-%dT%H:%M:%S.%g') END`,
    ],
  ],
  date_diff: [['u,a,b', `datesub(u,a,b)`]],
  millisecond: [['t', `millisecond(t)%1000`]],
  day_of_week: [['t', `isodow(t)`]],
  dow: [['t', `isodow(t)`]],
  doy: [['t', `dayofyear(t)`]],
  day_of_year: [['t', `dayofyear(t)`]],
  day_of_month: [['t', `day(t)`]],
  week_of_year: [['t', `weekofyear(t)`]],
  year_of_week: [['t', `isoyear(t)`]],
  yow: [['t', `isoyear(t)`]],
  __offset_text: [
    [
      'wall,instant,separator',
      `(CASE WHEN epoch(wall)<epoch(instant) THEN '-' ELSE '+' END)||lpad(CAST(abs(CAST(epoch(wall)-epoch(instant) AS BIGINT))//3600 AS VARCHAR),2,'0')||separator||lpad(CAST(abs(CAST(epoch(wall)-epoch(instant) AS BIGINT))//60%60 AS VARCHAR),2,'0')`,
    ],
  ],
  current_timezone: [['', `'UTC'`]],
  at_timezone: [['t,z', `timezone(z,CAST(t AS TIMESTAMPTZ))`]],
  human_readable_seconds: [
    [
      's',
      `array_to_string(list_filter(list_transform([{'n':s//604800,'u':'week'},{'n':(s//86400)%7,'u':'day'},{'n':(s//3600)%24,'u':'hour'},{'n':(s//60)%60,'u':'minute'},{'n':s%60,'u':'second'}],lambda e: CASE WHEN e.n>0 THEN CAST(e.n AS VARCHAR)||' '||e.u||CASE WHEN e.n=1 THEN '' ELSE 's' END END), lambda e: e IS NOT NULL),', ')`,
    ],
  ],
  to_milliseconds: [['i', `CAST(epoch_ms(i) AS BIGINT)`]],
  last_day_of_month: [['t', `last_day(t)`]],
  parse_duration: [
    [
      's',
      `to_milliseconds(CAST(round(CAST(trino.regexp_extract(s,'[0-9.]+') AS DOUBLE)*CASE trino.regexp_extract(s,'[a-z]+') WHEN 'ns' THEN 0.001 WHEN 'us' THEN 1 WHEN 'ms' THEN 1e3 WHEN 's' THEN 1e6 WHEN 'm' THEN 6e7 WHEN 'h' THEN 3.6e9 WHEN 'd' THEN 8.64e10 END/1000) AS BIGINT))`,
    ],
  ],
  __dstr: [
    [
      'd',
      `CASE WHEN d IS NULL THEN NULL WHEN isnan(d) THEN 'NaN' WHEN isinf(d) THEN CASE WHEN d>0 THEN 'Infinity' ELSE '-Infinity' END WHEN d=0 THEN '0.0' WHEN abs(d)>=1e7 OR abs(d)<1e-3 THEN printf('%s',CASE WHEN instr(CAST(d/pow(10,floor(log10(abs(d)))) AS VARCHAR),'.')>0 THEN CAST(d/pow(10,floor(log10(abs(d)))) AS VARCHAR) ELSE CAST(d/pow(10,floor(log10(abs(d)))) AS VARCHAR)||'.0' END)||'E'||CAST(CAST(floor(log10(abs(d))) AS INT) AS VARCHAR) ELSE CAST(d AS VARCHAR) END`,
    ],
  ],
  __varchar: [
    [
      'x',
      `CASE WHEN typeof(x)='TIMESTAMP' THEN strftime(TRY_CAST(CAST(x AS VARCHAR) AS TIMESTAMP),'%Y-%m-%d %H:%M:%S.%g') WHEN typeof(x)='TIMESTAMP WITH TIME ZONE' THEN strftime(TRY_CAST(CAST(x AS VARCHAR) AS TIMESTAMPTZ),'%Y-%m-%d %H:%M:%S.%g')||' UTC' WHEN typeof(x) IN ('DOUBLE','FLOAT') THEN trino.__dstr(TRY_CAST(CAST(x AS VARCHAR) AS DOUBLE)) ELSE CAST(x AS VARCHAR) END`,
    ],
  ],
  __milliseconds: [['n', `to_milliseconds(n)`]],
}
