/**
 * Log lines for operators: JSON lines, or short human lines on a terminal. Our own 50 lines: the time comes through
 * the seam, and a library would only have covered the JSON half. Lines are made in events.ts only.
 */
import type { Json } from '../base/json.ts'
import type { Clock } from '../sys/sys.ts'

export type Level = 'info' | 'warn' | 'error'

export type Fields = Record<string, Json | undefined>

export interface Logger {
  /** `event`: snake_case, stable: what an alert looks for. `text`: for people. */
  write(level: Level, event: string, text: string, fields?: Fields): void
}

export interface LoggerOptions {
  clock: Pick<Clock, 'now'>
  /** Gets whole lines, each ending in \n. */
  output: (line: string) => void
  human: boolean
}

export function openLogger({ clock, output, human }: LoggerOptions): Logger {
  const format = human ? humanLine : jsonLine
  return {
    write(level, event, text, fields = {}) {
      output(format(new Date(clock.now()).toISOString(), level, event, text, fields))
    },
  }
}

function jsonLine(time: string, level: Level, event: string, text: string, fields: Fields): string {
  return `${JSON.stringify({ time, level, event, message: text, ...fields })}\n`
}

/** One line whatever the text holds: a file name may contain a line feed or a terminal's escape sequence. */
function humanLine(time: string, level: Level, _event: string, text: string): string {
  const word = level === 'info' ? '' : `${level}: `
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
  return `${time.slice(11, 19)} ${word}${clean}\n`
}
