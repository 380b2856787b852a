/**
 * Regular expressions of Java as JavaScript has them, with the flag DOTALL that RegexSerDe sets. What JavaScript can not
 * do is refused by name. Only one thing is approximate: possessive quantifiers and atomic groups may give back signs.
 */

export interface JavaRegex {
  source: string
  flags: string
  /** Capturing groups. */
  groups: number
  /** Their names as in the expression; undefined where a group has none. */
  names: (string | undefined)[]
}

/** Why an expression can not be used. */
export class BadRegex extends Error {}

const BLANKS = ' \\t\\n\\x0b\\f\\r'
const HORIZONTAL = ' \\t\\xa0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000'
const VERTICAL = '\\n\\x0b\\f\\r\\x85\\u2028\\u2029'

/** Content of a class. */
const CLASSES: Record<string, string> = { s: BLANKS, h: HORIZONTAL, v: VERTICAL, d: '0-9', w: 'a-zA-Z_0-9' }

const POSIX: Record<string, string> = {
  Lower: 'a-z', Upper: 'A-Z', ASCII: '\\x00-\\x7f', Alpha: 'a-zA-Z', Digit: '0-9', Alnum: 'a-zA-Z0-9',
  Punct: '!-\\/:-@\\[-`{-~', Graph: '!-~', Print: ' -~', Blank: ' \\t', Cntrl: '\\x00-\\x1f\\x7f',
  XDigit: '0-9a-fA-F', Space: BLANKS,
} // prettier-ignore

/** Of Oniguruma, in patterns of grok. */
const BRACKET_CLASSES = new Map(Object.entries(POSIX).map(([name, body]) => [name.toLowerCase(), body]))

/** Outside of a class. */
const ESCAPES: Record<string, string> = {
  A: '^',
  z: '$',
  Z: '$',
  R: '(?:\\r\\n|[\\n\\x0b\\f\\r\\x85\\u2028\\u2029])',
  e: '\\x1b',
  a: '\\x07',
}
const SAME = new Set('b B t n r f 1 2 3 4 5 6 7 8 9'.split(' '))

/** With `plainGroups` names are taken off: in a larger expression they might be there twice. */
export function translateJavaRegex(regex: string, plainGroups = false): JavaRegex {
  return new Translation(regex, plainGroups).run()
}

class Translation {
  readonly #regex: string
  readonly #plainGroups: boolean
  readonly #names: (string | undefined)[] = []
  #at = 0
  #out = ''
  #ignoresCase = false

  constructor(regex: string, plainGroups: boolean) {
    this.#regex = regex
    this.#plainGroups = plainGroups
  }

  run(): JavaRegex {
    const flags = /^\(\?([a-zA-Z]+)\)/.exec(this.#regex)
    if (flags !== null) this.#inlineFlags(flags[1]!, flags[0].length)
    while (this.#at < this.#regex.length) this.#step()
    const flagsOut = `s${this.#ignoresCase ? 'i' : ''}`
    return { source: this.#out, flags: flagsOut, groups: this.#names.length, names: this.#names }
  }

  #inlineFlags(flags: string, length: number): void {
    // s is on anyway, and a line has no lines in it; u and d change nothing for ASCII.
    const unknown = flags.replace(/[ismdu]/g, '')
    if (unknown !== '') throw new BadRegex(`the flag (?${unknown}) is not supported`)
    this.#ignoresCase = flags.includes('i')
    this.#at = length
  }

  #step(): void {
    const sign = this.#regex[this.#at]!
    if (sign === '\\') this.#escape()
    else if (sign === '[') this.#class()
    else if (sign === '(') this.#group()
    else if ('*+?}'.includes(sign)) this.#quantifier()
    else this.#take(1)
  }

  #take(count: number): void {
    this.#out += this.#regex.slice(this.#at, this.#at + count)
    this.#at += count
  }

  #put(text: string, length: number): void {
    this.#out += text
    this.#at += length
  }

  #quantifier(): void {
    this.#take(1)
    // Possessive: see above.
    if (this.#regex[this.#at] === '+') this.#at++
  }

  #group(): void {
    const rest = this.#regex.slice(this.#at, this.#at + 100)
    const named = /^\(\?P?<([A-Za-z][A-Za-z0-9_]*)>/.exec(rest)
    if (named !== null) {
      this.#names.push(named[1]!)
      this.#put(this.#plainGroups ? '(' : `(?<${named[1]!}>`, named[0].length)
    } else if (rest.startsWith('(?>')) this.#put('(?:', 3)
    else if (/^\(\?(?:[:=!]|<[=!]|[ims]*(?:-[ims]+)?:)/.test(rest)) this.#take(2)
    else if (rest.startsWith('(?')) throw new BadRegex(`${rest.slice(0, 6)} is not supported`)
    else {
      this.#names.push(undefined)
      this.#take(1)
    }
  }

  #escape(): void {
    const sign = this.#regex[this.#at + 1]
    if (sign === undefined) throw new BadRegex('it ends in a backslash')
    if (sign === 'Q') return this.#quotation()
    const upper = CLASSES[sign.toLowerCase()]
    if (ESCAPES[sign] !== undefined) return this.#put(ESCAPES[sign], 2)
    if (upper !== undefined) return this.#put(`[${sign === sign.toLowerCase() ? '' : '^'}${upper}]`, 2)
    if (SAME.has(sign)) return this.#take(2)
    if (sign === 'k') return this.#take(this.#regex.slice(this.#at).search(/>|$/) + 1)
    if (sign === 'p' || sign === 'P') return this.#property(sign === 'P', false)
    this.#code()
  }

  /** `\Qa.b\E` */
  #quotation(): void {
    const end = this.#regex.indexOf('\\E', this.#at + 2)
    const text = this.#regex.slice(this.#at + 2, end < 0 ? undefined : end)
    this.#put(text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), text.length + (end < 0 ? 2 : 4))
  }

  #property(isNegated: boolean, inClass: boolean): void {
    const match = /^\\[pP]\{(?:Is)?(\w+)\}/.exec(this.#regex.slice(this.#at, this.#at + 40))
    const body = match === null || !Object.hasOwn(POSIX, match[1]!) ? undefined : POSIX[match[1]!]
    if (match === null || body === undefined || (inClass && isNegated))
      throw new BadRegex(`${this.#regex.slice(this.#at, this.#at + 12)} is not supported`)
    this.#put(inClass ? body : `[${isNegated ? '^' : ''}${body}]`, match[0].length)
  }

  /** A character by its number, or a sign that is to be itself. */
  #code(): void {
    const rest = this.#regex.slice(this.#at, this.#at + 12)
    const match =
      /^\\(?:x\{([0-9a-fA-F]{1,4})\}|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|0([0-3]?[0-7]{1,2}))/.exec(rest)
    if (match !== null) {
      const hex = match[1] ?? match[2] ?? match[3]
      const code = hex === undefined ? parseInt(match[4]!, 8) : parseInt(hex, 16)
      this.#put(`\\u${code.toString(16).padStart(4, '0')}`, match[0].length)
    } else if (/[a-zA-Z0-9]/.test(rest[1]!)) throw new BadRegex(`\\${rest[1]!} is not supported`)
    else this.#take(2)
  }

  #class(): void {
    this.#take(1)
    if (this.#regex[this.#at] === '^') this.#take(1)
    // In first place it is itself.
    if (this.#regex[this.#at] === ']') this.#put('\\]', 1)
    while (this.#regex[this.#at] !== ']') {
      if (this.#at >= this.#regex.length) throw new BadRegex('a class has no end')
      this.#classStep()
    }
    this.#take(1)
  }

  #classStep(): void {
    const rest = this.#regex.slice(this.#at, this.#at + 16)
    const bracket = /^\[:(\w+):\]/.exec(rest)
    if (bracket !== null && BRACKET_CLASSES.has(bracket[1]!))
      return this.#put(BRACKET_CLASSES.get(bracket[1]!)!, bracket[0].length)
    if (rest.startsWith('[') || rest.startsWith('&&'))
      throw new BadRegex('classes inside of classes are not supported: write \\[ for the sign')
    if (!rest.startsWith('\\')) return this.#take(1)
    const sign = rest[1] ?? ''
    const content = CLASSES[sign]
    if (content !== undefined) return this.#put(content, 2)
    if (sign === 'p' || sign === 'P') return this.#property(sign === 'P', true)
    if (sign === 'e' || sign === 'a') return this.#put(ESCAPES[sign]!, 2)
    if (/[SDWtnrf]/.test(sign)) return this.#take(2)
    this.#code()
  }
}
