/**
 * Regular expressions of Fluent Bit and Fluentd (Onigmo, Ruby's flavour) as JavaScript has them. Only what those
 * configurations use; what JavaScript does not know after that is an error when the expression is compiled.
 */

export interface TranslatedRegex {
  source: string
  flags: string
  /** Name of the group in the JavaScript expression, and as the user wrote it. */
  names: Map<string, string>
}

const WRAPPED = /^\/(.*)\/([imx]*)$/s
const INLINE_FLAGS = /^\(\?([imx]+)\)/

/** Escapes outside of a class; a class has the same letters with the brackets left off. */
const ESCAPES: Record<string, string> = {
  h: '[0-9a-fA-F]',
  H: '[^0-9a-fA-F]',
  A: '^',
  z: '$',
  Z: '$',
  R: '(?:\\r\\n|[\\n\\v\\f\\r])',
}

const POSIX_CLASSES: Record<string, string> = {
  alnum: 'a-zA-Z0-9', alpha: 'a-zA-Z', ascii: '\\x00-\\x7f', blank: ' \\t', cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9', graph: '\\x21-\\x7e', lower: 'a-z', print: '\\x20-\\x7e', punct: '!-\\/:-@\\[-`{-~',
  space: '\\s', upper: 'A-Z', word: '\\w', xdigit: '0-9a-fA-F',
} // prettier-ignore

export function translateOnigmo(regex: string): TranslatedRegex {
  const wrapped = WRAPPED.exec(regex)
  let body = wrapped?.[1] ?? regex
  let flags = wrapped?.[2] ?? ''
  const inline = INLINE_FLAGS.exec(body)
  if (inline !== null) {
    flags += inline[1]!
    body = body.slice(inline[0].length)
  }
  const names = new Map<string, string>()
  const source = new Translation(body, flags.includes('x'), names).run()
  // Ruby's m is what JavaScript calls s. Its ^ and $ are those of lines, as which JavaScript's m has them; a line has one.
  return { source, flags: (flags.includes('i') ? 'i' : '') + (flags.includes('m') ? 's' : ''), names }
}

class Translation {
  readonly #body: string
  readonly #extended: boolean
  readonly #names: Map<string, string>
  #at = 0
  #out = ''

  constructor(body: string, extended: boolean, names: Map<string, string>) {
    this.#body = body
    this.#extended = extended
    this.#names = names
  }

  run(): string {
    while (this.#at < this.#body.length) this.#step()
    return this.#out
  }

  #step(): void {
    const char = this.#body[this.#at]!
    if (char === '\\') this.#escape()
    else if (char === '[') this.#class()
    else if (char === '(') this.#group()
    else if (this.#extended && /\s/.test(char)) this.#at++
    else if (this.#extended && char === '#') this.#skipComment()
    else if ('*+?}'.includes(char)) this.#quantifier(char)
    else this.#take(1)
  }

  #take(count: number): void {
    this.#out += this.#body.slice(this.#at, this.#at + count)
    this.#at += count
  }

  #escape(): void {
    const replacement = ESCAPES[this.#body[this.#at + 1] ?? '']
    if (replacement === undefined) {
      this.#take(2)
      return
    }
    this.#out += replacement
    this.#at += 2
  }

  #skipComment(): void {
    const newline = this.#body.indexOf('\n', this.#at)
    this.#at = newline < 0 ? this.#body.length : newline + 1
  }

  /** A possessive `++` or `*+` matches what the greedy one matches, or less; the line tells the rest. */
  #quantifier(char: string): void {
    this.#take(1)
    if (char !== '}' && this.#body[this.#at] === '+') this.#at++
  }

  #group(): void {
    const rest = this.#body.slice(this.#at)
    if (rest.startsWith('(?>')) {
      this.#out += '(?:'
      this.#at += 3
    } else if (rest.startsWith('(?#')) {
      const close = rest.indexOf(')')
      this.#at = close < 0 ? this.#body.length : this.#at + close + 1
    } else if (!this.#namedGroup(rest)) this.#take(1)
  }

  /** JavaScript's names are identifiers; a name like `user-agent` gets a stand-in. */
  #namedGroup(rest: string): boolean {
    const match = /^\(\?P?<([^<>=!][^<>]*)>/.exec(rest)
    if (match === null) return false
    const name = match[1]!
    const plain = /^[A-Za-z_]\w*$/.test(name) && !this.#names.has(name)
    const group = plain ? name : `group_${this.#names.size}`
    this.#names.set(group, name)
    this.#out += `(?<${group}>`
    this.#at += match[0].length
    return true
  }

  #class(): void {
    this.#take(1)
    if (this.#body[this.#at] === '^') this.#take(1)
    // A bracket in first place is itself in Onigmo.
    if (this.#body[this.#at] === ']') {
      this.#out += '\\]'
      this.#at++
    }
    while (this.#at < this.#body.length && this.#body[this.#at] !== ']') this.#classStep()
    this.#take(1)
  }

  #classStep(): void {
    const posix = /^\[:(\w+):\]/.exec(this.#body.slice(this.#at, this.#at + 16))
    const members = posix === null ? undefined : POSIX_CLASSES[posix[1]!]
    if (posix !== null && members !== undefined) {
      this.#out += members
      this.#at += posix[0].length
    } else if (this.#body[this.#at] === '\\') {
      if (this.#body[this.#at + 1] !== 'h') this.#take(2)
      else {
        this.#out += '0-9a-fA-F'
        this.#at += 2
      }
    } else this.#take(1)
  }
}
