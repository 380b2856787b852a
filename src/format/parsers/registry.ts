/** ParseConfig.kind to its parser: a new kind is one file and one line here. */
import type { DeliverConfig, ParseConfig } from '../../base/stream.ts'
import { apacheParser } from './apache.ts'
import { jsonParser } from './json.ts'
import { logfmtParser } from './logfmt.ts'
import { nginxParser } from './nginx.ts'
import { noneParser } from './none.ts'
import type { Parser, ParserOptions } from './parser.ts'
import { rawParser } from './raw.ts'
import { regexParser } from './regex.ts'
import { syslogParser } from './syslog.ts'

type Kind = Exclude<ParseConfig['kind'], 'regex'>

const MAKERS: Record<Kind, (options: ParserOptions) => Parser> = {
  json: () => jsonParser,
  none: () => noneParser,
  nginx: nginxParser,
  apache: apacheParser,
  logfmt: logfmtParser,
  syslog: syslogParser,
}

/** Throws HozonError for a regex that does not compile. */
export function makeParser(
  config: ParseConfig,
  format: DeliverConfig['format'],
  options: ParserOptions,
): Parser {
  if (format === 'raw') return rawParser
  if (config.kind === 'regex') return regexParser(config.regex, config.types, options)
  return MAKERS[config.kind](options)
}
