import type { Parser } from './parser.ts'

/** Streams of format raw: the bytes as they came, whole or cut. */
export const rawParser: Parser = {
  passthrough: true,
  parseBlock: (block) => block,
  parseCut: (line) => Buffer.concat([line, Buffer.from('\n')]),
}
