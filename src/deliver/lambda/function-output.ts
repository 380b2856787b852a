/** What a function prints, as lines for the log. A flood is counted and not logged. */

import { StringDecoder } from 'node:string_decoder'

/** Per call; what is above tells nobody anything new, and the log is shared with everything else. */
const LINES_PER_CALL_MAX = 100
/** A stack trace of one line per frame stays whole; a record that is printed does not. */
const LINE_CHARS_MAX = 2000

export interface FunctionOutput {
  take(bytes: Buffer): void
  /** Of a new call: it may print as much again. */
  begin(): void
  /** The process ended: what has no newline is a line as well. */
  end(): void
}

export function functionOutput(printed: (line: string) => void): FunctionOutput {
  const decoder = new StringDecoder()
  let rest = ''
  let lines = 0
  let left = 0

  function line(text: string): void {
    if (text.trim() === '') return
    if (++lines > LINES_PER_CALL_MAX) left++
    else printed(text.length > LINE_CHARS_MAX ? `${text.slice(0, LINE_CHARS_MAX)}…` : text)
  }

  function tellLeft(): void {
    if (left > 0) printed(`… and ${left} more lines, which are not logged`)
    left = 0
  }

  return {
    take(bytes) {
      const pieces = `${rest}${decoder.write(bytes)}`.split('\n')
      // A line without end is kept as far as it would be shown.
      rest = pieces.pop()!.slice(0, LINE_CHARS_MAX + 1)
      for (const piece of pieces) line(piece)
    },
    begin() {
      tellLeft()
      lines = 0
    },
    end() {
      line(rest)
      rest = ''
      tellLeft()
    },
  }
}
