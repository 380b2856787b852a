import { accessLogWriter } from './access-log.ts'
import { lineParser } from './line-parser.ts'
import { member } from './members.ts'
import type { Parser, ParserOptions } from './parser.ts'
import { timeWriter } from './time-text.ts'

const NAMES = { first: member('remote'), second: member('host') }

/** nginx's predefined `combined` format, and `main` of its packages, which adds "$http_x_forwarded_for". */
export function nginxParser(options: ParserOptions): Parser {
  return lineParser(accessLogWriter(NAMES, timeWriter(options)))
}
