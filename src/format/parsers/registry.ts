/** ParseConfig.kind to its parser: a new kind is one file and one line here. */
import type { DeliverConfig, ParseConfig } from '../../base/stream.ts'
import { jsonParser } from './json.ts'
import { noneParser } from './none.ts'
import type { Parser, ParserOptions } from './parser.ts'
import { rawParser } from './raw.ts'

const MAKERS: { [Kind in ParseConfig['kind']]?: (config: ParseConfig, options: ParserOptions) => Parser } = {
  json: () => jsonParser,
  none: () => noneParser,
}

/** Throws HozonError for a regex that does not compile. */
export function makeParser(
  config: ParseConfig,
  format: DeliverConfig['format'],
  options: ParserOptions,
): Parser {
  if (format === 'raw') return rawParser
  return (MAKERS[config.kind] ?? (() => noneParser))(config, options)
}
