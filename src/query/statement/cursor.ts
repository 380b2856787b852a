/**
 * A place in a statement, and the steps that every form is read with. What was looked for at one place is remembered, so
 * that a message lists everything that could have stood there.
 */
import type { HozonError } from '../../base/errors.ts'
import { isReserved } from './reserved-words.ts'
import type { TableName } from './statement.ts'
import { mismatchedInput, notSupported, syntaxError, type Language, type Mistake } from './syntax-error.ts'
import { nameValue, textValue } from './text-value.ts'
import { tokenAt, type Token } from './tokens.ts'

export class Cursor {
  readonly sql: string
  #language: Language = 'trino'
  #token: Token
  /** End of the token before. */
  #passed = 0
  #expected = new Set<string>()

  constructor(sql: string) {
    this.sql = sql
    this.#token = tokenAt(sql, 0, this.#language)
  }

  get language(): Language {
    return this.#language
  }

  /** The token that comes next. */
  get token(): Token {
    return this.#token
  }

  /** From here on, texts are quoted as this language does. */
  speak(language: Language): void {
    this.#language = language
    this.#token = tokenAt(this.sql, this.#token.start, language)
  }

  next(): Token {
    const token = this.#token
    this.#passed = token.end
    this.#expected.clear()
    this.#token = tokenAt(this.sql, token.end, this.#language)
    return token
  }

  /** To read on from a token that was passed. */
  back(token: Token): void {
    this.#expected.clear()
    this.#token = token
  }

  /** End of the last token that was read. */
  get passed(): number {
    return this.#passed
  }

  isWord(word: string): boolean {
    this.#expected.add(`'${word}'`)
    return this.#token.kind === 'word' && this.#token.text.toUpperCase() === word
  }

  isSign(sign: string): boolean {
    this.#expected.add(`'${sign}'`)
    return this.#token.kind === 'sign' && this.#token.text === sign
  }

  /** The first of the words, if it comes next; the others have to follow. */
  accept(first: string, ...others: string[]): boolean {
    if (!this.isWord(first)) return false
    this.next()
    for (const word of others) this.expect(word)
    return true
  }

  acceptSign(sign: string): boolean {
    if (!this.isSign(sign)) return false
    this.next()
    return true
  }

  expect(...words: string[]): void {
    for (const word of words) if (!this.accept(word)) throw this.wrong()
  }

  expectSign(sign: string): void {
    if (!this.acceptSign(sign)) throw this.wrong()
  }

  /** `one, two, …` within parentheses. */
  list<Item>(item: () => Item): Item[] {
    this.expectSign('(')
    const items = this.series(item)
    this.expectSign(')')
    return items
  }

  series<Item>(item: () => Item): Item[] {
    const items = [item()]
    while (this.acceptSign(',')) items.push(item())
    return items
  }

  /** Lower case. */
  name(): string {
    const { kind, text } = this.#token
    const isQuoted = kind === 'backquoted' || kind === 'double'
    if (isQuoted && text.length > 2) return nameValue(this.next())
    if (kind !== 'word') throw this.wrong('identifier')
    if (isReserved(text, this.#language)) {
      const quote = this.#language === 'hive' ? '`' : '"'
      throw this.wrong('identifier', `${text} is a reserved word: ${quote}${text.toLowerCase()}${quote}`)
    }
    return nameValue(this.next())
  }

  tableName(): TableName {
    const { kind } = this.#token
    const first = this.name()
    // As Athena itself shows names: `db.table` within one pair of back-ticks.
    const isWhole = this.#language === 'hive' && kind === 'backquoted' && !this.isSign('.')
    const parts = isWhole ? first.split('.', 3).filter((part) => part !== '') : [first]
    if (parts.length === 0) throw this.wrong('identifier')
    while (parts.length < 3 && this.acceptSign('.')) parts.push(this.name())
    return { catalog: parts.at(-3), database: parts.at(-2), name: parts.at(-1)! }
  }

  isText(): boolean {
    this.#expected.add('string')
    const { kind } = this.#token
    return kind === 'single' || (kind === 'double' && this.#language === 'hive')
  }

  text(): string {
    if (!this.isText()) throw this.wrong()
    return textValue(this.next(), this.#language)
  }

  /** `-12`, `0.5` */
  isNumber(): boolean {
    this.#expected.add('number')
    if (this.#token.kind === 'number') return true
    const sign = this.#token
    return sign.text === '-' && tokenAt(this.sql, sign.end, this.#language).kind === 'number'
  }

  number(): string {
    if (!this.isNumber()) throw this.wrong()
    const sign = this.#token.kind === 'sign' ? this.next().text : ''
    return sign + this.next().text
  }

  /** Nothing follows but semicolons. */
  end(): void {
    this.#expected.add('<EOF>')
    while (this.acceptSign(';'));
    if (this.#token.kind !== 'end') throw this.wrong()
  }

  /** For throw: the next token is none of what was looked for. */
  wrong(expected?: string, hint?: string): HozonError {
    if (expected !== undefined) this.#expected.add(expected)
    const { kind, text } = this.#token
    if (kind === 'broken') return this.#unfinished()
    // Of a long text or name, its beginning says enough.
    const found = kind === 'end' ? '<EOF>' : text.slice(0, FOUND_MAX)
    return mismatchedInput(this.here(), found, [...this.#expected].sort(), hint)
  }

  #unfinished(): HozonError {
    const isComment = this.#token.text.startsWith('/*')
    const what = isComment ? 'a comment' : `what begins with ${this.#token.text[0]}`
    return syntaxError(this.here(), `${what} has no end`)
  }

  refuse(text: string, hint?: string): HozonError {
    return notSupported(this.here(), text, hint)
  }

  here(): Mistake {
    return { sql: this.sql, index: this.#token.start, language: this.#language }
  }
}

const FOUND_MAX = 100
