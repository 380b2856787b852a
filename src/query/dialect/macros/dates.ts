import { fail, SEVERAL_MEANINGS, type Macros } from './macro.ts'

/** What Java takes for a zone: `Z`, `+9`, `-0330`, `+09:00`, `UTC`, `Asia/Tokyo`. */
const ZONE = `(?:Z|(?:UTC|GMT|UT)?[+-](?:\\d{1,2}|\\d{4}|\\d{6}|\\d\\d:\\d\\d(?::\\d\\d)?)|UTC|GMT|UT|[A-Za-z]+/[A-Za-z0-9_/+-]+)`

export const dateMacros: Macros = {
  // To milliseconds, as they are shown.
  from_unixtime: [['x', `make_timestamptz(CAST(floor(CAST(x AS DOUBLE)*1000+0.5) AS BIGINT)*1000)`]],
  from_unixtime_nanos: [['x', `make_timestamptz(CAST(x AS BIGINT)//1000)`]],
  to_unixtime: [['t', `epoch(t)`]],
  from_iso8601_timestamp: [['s', `CAST(s AS TIMESTAMPTZ)`]],
  // Without its zone.
  __clock_of_text: [['s', `CAST(regexp_replace(s,'(T.*?)(Z|[+-]\\d\\d(:?\\d\\d)?)$','\\1') AS TIMESTAMP)`]],
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
  human_readable_seconds: [['s', `__human_seconds(CAST(s AS DOUBLE))`]],
  to_milliseconds: [['i', `CAST(epoch_ms(i) AS BIGINT)`]],
  last_day_of_month: [['t', `last_day(t)`]],
  parse_duration: [
    [
      's',
      `to_milliseconds(CAST(round(CAST(trino.regexp_extract(s,'[0-9.]+') AS DOUBLE)*CASE trino.regexp_extract(s,'[a-z]+') WHEN 'ns' THEN 0.001 WHEN 'us' THEN 1 WHEN 'ms' THEN 1e3 WHEN 's' THEN 1e6 WHEN 'm' THEN 6e7 WHEN 'h' THEN 3.6e9 WHEN 'd' THEN 8.64e10 END/1000) AS BIGINT))`,
    ],
  ],
  __interval: [
    [
      'i',
      `__interval_text(CAST(date_part('year',i)*12+date_part('month',i) AS BIGINT),CAST(epoch_ms(i) AS BIGINT))`,
    ],
  ],
  __varchar: [
    [
      'x',
      `CASE WHEN typeof(x)='TIMESTAMP' THEN strftime(TRY_CAST(CAST(x AS VARCHAR) AS TIMESTAMP),'%Y-%m-%d %H:%M:%S.%g') WHEN typeof(x)='TIMESTAMP WITH TIME ZONE' THEN strftime(TRY_CAST(CAST(x AS VARCHAR) AS TIMESTAMPTZ),'%Y-%m-%d %H:%M:%S.%g')||' UTC' WHEN typeof(x) IN ('DOUBLE','FLOAT') THEN __scientific(CAST(x AS VARCHAR)) WHEN typeof(x)='INTERVAL' THEN trino.__interval(TRY_CAST(CAST(x AS VARCHAR) AS INTERVAL)) ELSE CAST(x AS VARCHAR) END`,
    ],
  ],
  __fitting: [
    [
      't,n',
      `CASE WHEN t IS NULL OR length(t)<=n THEN t ELSE ${fail('t', 'INVALID_CAST_ARGUMENT: The value cannot be represented as varchar of this length')} END`,
    ],
  ],
  __text_date: [
    [
      's',
      `CASE WHEN s IS NULL OR regexp_full_match(s,'\\s*[+-]?\\d+-\\d{1,2}-\\d{1,2}\\s*') THEN CAST(ltrim(trim(s),'+') AS DATE) ELSE ${fail("DATE '1970-01-01'", 'INVALID_CAST_ARGUMENT: Value cannot be cast to date')} END`,
    ],
  ],
  __date_unseen: [
    [
      'x',
      `CASE WHEN typeof(x)='VARCHAR' THEN trino.__text_date(CAST(x AS VARCHAR)) ELSE CAST(x AS DATE) END`,
    ],
  ],
  __timestamp_unseen: [
    [
      'x',
      `CASE WHEN typeof(x)='VARCHAR' THEN trino.__text_timestamp(CAST(x AS VARCHAR)) ELSE CAST(x AS TIMESTAMP) END`,
    ],
  ],
  __no_date_unseen: [['x', `CASE WHEN typeof(x)='DATE' THEN ${fail('x', SEVERAL_MEANINGS)} ELSE x END`]],
  // To milliseconds, and without the zone that it names.
  __text_timestamp: [
    [
      's',
      `CASE WHEN s IS NULL OR regexp_full_match(s,'\\s*[+-]?\\d{4,}-\\d{1,2}-\\d{1,2}(?: (?:[01]?\\d|2[0-3]):\\d{1,2}(?::\\d{1,2}(?:\\.\\d{1,3})?)?)?\\s*') THEN CAST(trim(s) AS TIMESTAMP) WHEN regexp_full_match(s,'\\s*\\d{4,}-\\d{1,2}-\\d{1,2} (?:[01]?\\d|2[0-3]):\\d{1,2}(?::\\d{1,2}(?:\\.\\d+)?)?(?:\\s*${ZONE})?\\s*') THEN make_timestamp((epoch_us(CAST(regexp_extract(s,'^\\s*(\\S+ [0-9:.]+)',1) AS TIMESTAMP))+500)//1000*1000) ELSE ${fail("TIMESTAMP '1970-01-01'", 'INVALID_CAST_ARGUMENT: Value cannot be cast to timestamp')} END`,
    ],
  ],
  // Two digits are of the years from 1970 on, or around now; DuckDB's are from 1969 on.
  __from_1970: [['t', `CASE WHEN year(t)=1969 THEN t+INTERVAL '100' YEAR ELSE t END`]],
  __around: [['t,n', `CASE WHEN year(t)>year(n)+19 THEN t-INTERVAL '100' YEAR ELSE t END`]],
  __milliseconds: [['n', `to_milliseconds(n)`]],
}
