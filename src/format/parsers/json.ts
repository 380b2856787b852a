import type { Parser } from './parser.ts'
import { cutReason, rejectedLine } from './rejected-line.ts'

/** Lines that are JSON already. Preparation finds those that are not; the beginning of a value never is one. */
export const jsonParser: Parser = {
  passthrough: true,
  parseBlock: (block) => block,
  parseCut: (line, fullBytes) => rejectedLine(cutReason(fullBytes, line.length), line),
}
