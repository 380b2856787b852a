/**
 * JSON as format conversion needs it: several documents behind one another, numbers as they were written, and keys that
 * mean nothing to JavaScript. Of equal keys in an object the last one counts, at the place of the first.
 */
import { NESTING_MAX } from '../json-validate.ts'
import { notJson } from './malformed.ts'

export type JsonTree = null | boolean | string | JsonNumber | JsonTree[] | JsonObject
export type JsonObject = Map<string, JsonTree>

export class JsonNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/**
 * Throws Malformed. With `foldKey` keys are what it makes of them, and no two of an object may be equal then.
 */
export function readDocuments(text: string, foldKey?: (key: string) => string): JsonTree[] {
  const reader = new DocumentReader(text, foldKey)
  const documents: JsonTree[] = []
  while (!reader.isAtEnd()) documents.push(reader.value(1))
  return documents
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORDS = new Map<string, null | boolean>([
  ['null', null],
  ['true', true],
  ['false', false],
])
const QUOTE = 0x22
const BACKSLASH = 0x5c

class DocumentReader {
  readonly #text: string
  readonly #foldKey: ((key: string) => string) | undefined
  #at = 0

  constructor(text: string, foldKey: ((key: string) => string) | undefined) {
    this.#text = text
    this.#foldKey = foldKey
  }

  isAtEnd(): boolean {
    this.#space()
    return this.#at >= this.#text.length
  }

  value(depth: number): JsonTree {
    if (depth > NESTING_MAX) throw notJson(`JSON nests more than ${NESTING_MAX} levels deep`)
    this.#space()
    const first = this.#text[this.#at]
    if (first === '{') return this.#object(depth)
    if (first === '[') return this.#array(depth)
    if (first === '"') return this.#string()
    return first !== undefined && /[-\d]/.test(first) ? this.#number() : this.#word()
  }

  #object(depth: number): JsonObject {
    const members: JsonObject = new Map()
    this.#at++
    if (this.#takes('}')) return members
    do {
      this.#space()
      if (this.#text[this.#at] !== '"') throw this.#unexpected('a key in double quotes')
      const key = this.#key(members)
      if (!this.#takes(':')) throw this.#unexpected('a colon')
      members.set(key, this.value(depth + 1))
    } while (this.#takes(','))
    if (!this.#takes('}')) throw this.#unexpected('a comma or the end of the object')
    return members
  }

  #key(members: JsonObject): string {
    const written = this.#string()
    if (this.#foldKey === undefined) return written
    const key = this.#foldKey(written)
    if (members.has(key)) throw notJson(`Duplicate key ${JSON.stringify(key)}`)
    return key
  }

  #array(depth: number): JsonTree[] {
    const items: JsonTree[] = []
    this.#at++
    if (this.#takes(']')) return items
    do items.push(this.value(depth + 1))
    while (this.#takes(','))
    if (!this.#takes(']')) throw this.#unexpected('a comma or the end of the array')
    return items
  }

  #string(): string {
    const start = this.#at
    let escaped = false
    for (let at = start + 1; at < this.#text.length; at++) {
      const unit = this.#text.charCodeAt(at)
      if (unit === QUOTE) {
        this.#at = at + 1
        return escaped ? this.#unescaped(start) : this.#text.slice(start + 1, at)
      }
      if (unit < 0x20) break
      if (unit === BACKSLASH) {
        escaped = true
        at++
      }
    }
    throw notJson(`the string at character ${start} has no end, or a control character in it`)
  }

  #unescaped(start: number): string {
    try {
      return JSON.parse(this.#text.slice(start, this.#at)) as string
    } catch {
      // JSON.parse names positions within the string only.
      throw notJson(`the string at character ${start} has a wrong escape`)
    }
  }

  #number(): JsonNumber {
    NUMBER.lastIndex = this.#at
    const text = NUMBER.exec(this.#text)?.[0]
    if (text === undefined) throw this.#unexpected('a number')
    this.#at += text.length
    // `01`, `1.` and `1x` would else be two documents.
    if (/[\w.+-]/.test(this.#text[this.#at] ?? ' ')) throw this.#unexpected('the end of the number')
    return new JsonNumber(text)
  }

  #word(): null | boolean {
    const word = /\w*/y
    word.lastIndex = this.#at
    const found = word.exec(this.#text)?.[0] ?? ''
    const value = WORDS.get(found)
    if (value === undefined) throw this.#unexpected('a value')
    this.#at += found.length
    return value
  }

  #takes(sign: string): boolean {
    this.#space()
    if (this.#text[this.#at] !== sign) return false
    this.#at++
    return true
  }

  #space(): void {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at)
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return
      this.#at++
    }
  }

  #unexpected(wanted: string): Error {
    if (this.#at >= this.#text.length) return notJson(`the record ends where ${wanted} is expected`)
    const found = JSON.stringify(String.fromCodePoint(this.#text.codePointAt(this.#at)!))
    return notJson(`Unexpected character ${found} at character ${this.#at}, ${wanted} is expected`)
  }
}

/** Compact JSON. `key` may change keys, at any depth. */
export function printJson(tree: JsonTree, key: (name: string) => string): string {
  if (tree instanceof JsonNumber) return tree.text
  if (Array.isArray(tree)) return `[${tree.map((item) => printJson(item, key)).join(',')}]`
  if (tree instanceof Map) {
    const members = [...tree].map(([name, value]) => `${JSON.stringify(key(name))}:${printJson(value, key)}`)
    return `{${members.join(',')}}`
  }
  return JSON.stringify(tree)
}
