import { accessLogWriter } from './access-log.ts'
import { lineParser } from './line-parser.ts'
import { member } from './members.ts'
import type { Parser, ParserOptions } from './parser.ts'
import { timeWriter } from './time-text.ts'

const NAMES = { first: member('host'), second: member('ident') }

/** Apache's common, combined and vhost_combined formats. */
export function apacheParser(options: ParserOptions): Parser {
  return lineParser(accessLogWriter(NAMES, timeWriter(options)))
}
