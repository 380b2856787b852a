/**
 * Instants written by the patterns of java.time's DateTimeFormatter.ofPattern, as Firehose's `!{timestamp:…}` prefixes
 * and Athena's functions use them. English texts; Locale.US rules for weeks (they start on Sunday, and the week that
 * holds 1 January is week 1 of the new week-year), which is what the services run with.
 */
import { HozonError } from './errors.ts'
import { civilFieldsAt, type CivilFields } from './java-time-fields.ts'
import { LETTERS, RESERVED } from './java-time-letters.ts'

export interface JavaTimePattern {
  readonly pattern: string
  /** Two instants in the same unit of this many milliseconds are written alike: 60000, 1000 or 1. */
  readonly finestUnitMs: number
  format(epochMs: number, timezone: string): string
}

type Writer = (fields: CivilFields) => string

/** A pattern is written by hand; this only keeps nonsense away. */
const MAX_PATTERN_LENGTH = 1024

export function compileJavaTime(pattern: string): JavaTimePattern {
  if (pattern.length > MAX_PATTERN_LENGTH) throw patternError(pattern, 0, 'is too long')
  const compiled = new PatternReader(pattern).read()
  const write = joined(compiled.writers)
  return {
    pattern,
    finestUnitMs: compiled.finestUnitMs,
    format: (epochMs, timezone) => write(civilFieldsAt(epochMs, timezone)),
  }
}

function joined(writers: Writer[]): Writer {
  return (fields) => {
    let text = ''
    for (const writer of writers) text += writer(fields)
    return text
  }
}

class PatternReader {
  readonly #pattern: string
  readonly #writers: Writer[] = []
  #at = 0
  #depth = 0
  #finestUnitMs = 60_000

  constructor(pattern: string) {
    this.#pattern = pattern
  }

  read(): { writers: Writer[]; finestUnitMs: number } {
    while (this.#at < this.#pattern.length) this.#readOne()
    // A section that is not closed ends with the pattern, as in Java.
    return { writers: this.#writers, finestUnitMs: this.#finestUnitMs }
  }

  #readOne(): void {
    const char = this.#pattern[this.#at]!
    if (/[A-Za-z]/.test(char)) this.#writers.push(this.#readLetters())
    else if (char === "'") this.#writers.push(this.#readQuoted())
    else if (char === '[' || char === ']') this.#readBracket(char)
    else if (RESERVED.includes(char)) throw patternError(this.#pattern, this.#at, `"${char}" is reserved`)
    else {
      this.#writers.push(() => char)
      this.#at++
    }
  }

  /** Every field of an instant is known, so that an optional section is always written. */
  #readBracket(char: string): void {
    this.#depth += char === '[' ? 1 : -1
    if (this.#depth < 0) throw patternError(this.#pattern, this.#at, '"]" without "["')
    this.#at++
  }

  #readQuoted(): Writer {
    const start = this.#at
    let text = ''
    for (let at = start + 1; at < this.#pattern.length; at++) {
      if (this.#pattern[at] !== "'") text += this.#pattern[at]!
      else if (this.#pattern[at + 1] === "'") {
        text += "'"
        at++
      } else {
        this.#at = at + 1
        const literal = at === start + 1 ? "'" : text
        return () => literal
      }
    }
    throw patternError(this.#pattern, start, 'a quote is not closed')
  }

  #readLetters(): Writer {
    const start = this.#at
    const letter = this.#pattern[start]!
    const count = this.#countOf(letter)
    if (letter === 'p') return this.#readPadded(start, count)
    const rule = LETTERS[letter]
    if (rule === undefined) throw patternError(this.#pattern, start, `"${letter}" is not a pattern letter`)
    const writer = rule.writer(count)
    if (writer === undefined) {
      throw patternError(this.#pattern, start, `"${letter.repeat(count)}" has a wrong number of letters`)
    }
    this.#finestUnitMs = Math.min(this.#finestUnitMs, rule.finestUnitMs ?? 60_000)
    return writer
  }

  #countOf(letter: string): number {
    const start = this.#at
    while (this.#pattern[this.#at] === letter) this.#at++
    return this.#at - start
  }

  /** `ppH`: what follows, padded with spaces to the number of p. */
  #readPadded(start: number, width: number): Writer {
    if (!/[A-Za-z]/.test(this.#pattern[this.#at] ?? '')) {
      throw patternError(this.#pattern, start, 'a pad "p" must be followed by a pattern letter')
    }
    const padded = this.#readLetters()
    return (fields) => {
      const text = padded(fields)
      if (text.length > width) {
        throw patternError(this.#pattern, start, `"${text}" does not fit into ${width} characters`)
      }
      return text.padStart(width, ' ')
    }
  }
}

function patternError(pattern: string, position: number, problem: string): HozonError {
  return new HozonError('HOZON_TIME_PATTERN', `${problem} at character ${position + 1} of "${pattern}"`, {
    op: 'read time pattern',
    target: pattern,
    hint: 'patterns are those of java.time.format.DateTimeFormatter; put plain text in single quotes',
  })
}
