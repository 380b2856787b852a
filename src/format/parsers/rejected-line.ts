import { REJECT_MARK } from './parser.ts'

const MARK = Buffer.from([REJECT_MARK])
const NEWLINE = Buffer.from('\n')

/** `0x15 reason 0x15 original-bytes \n`. `reason` must have neither 0x15 nor a newline in it. */
export function rejectedLine(reason: string, line: Uint8Array): Buffer {
  return Buffer.concat([MARK, Buffer.from(reason), MARK, line, NEWLINE])
}

export function cutReason(fullBytes: number, keptBytes: number): string {
  return `line of ${fullBytes} bytes was cut at ${keptBytes} bytes`
}
