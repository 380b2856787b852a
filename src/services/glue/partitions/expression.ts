/**
 * The Expression of GetPartitions, as AWS's JSqlParser takes it: comparisons of a partition key with a literal, IN,
 * BETWEEN, LIKE, IS NULL, with AND, OR, NOT and parentheses around them.
 */
import { invalidInput } from '../faults.ts'
import { tokensOf, type Token } from './tokens.ts'

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>='

/** Keys are in lower case; literals are the text between the quotes, or of the number. */
export type Expression =
  | { kind: 'and' | 'or'; parts: Expression[] }
  | { kind: 'not'; part: Expression }
  | { kind: 'compare'; key: string; operator: Comparison; literal: string }
  | { kind: 'in'; key: string; literals: string[] }
  | { kind: 'between'; key: string; low: string; high: string }
  | { kind: 'like'; key: string; pattern: string }
  | { kind: 'null'; key: string }

/** AWS takes 2,048 characters: enough for 1,000 of these, and no reason to nest further than anybody does. */
const DEPTH_MAX = 100

const COMPARISONS = new Set(['=', '<>', '<', '<=', '>', '>='])
/** `1 < hour` is `hour > 1`. */
const TURNED: Record<Comparison, Comparison> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

/** Undefined: blank, which is no filter. Throws InvalidInputException. */
export function parseExpression(text: string): Expression | undefined {
  if (text.trim() === '') return undefined
  const tokens = tokensOf(text)
  const parser = new Parser(text, tokens ?? [])
  if (tokens === undefined) throw parser.unsupported()
  const expression = parser.either(0)
  parser.end()
  return expression
}

class Parser {
  readonly #text: string
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text
    this.#tokens = tokens
  }

  either(depth: number): Expression {
    if (depth > DEPTH_MAX) throw this.unsupported()
    const parts = [this.#all(depth)]
    while (this.#word('OR')) parts.push(this.#all(depth))
    return parts.length === 1 ? parts[0]! : { kind: 'or', parts }
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw this.unsupported()
  }

  unsupported(): Error {
    return invalidInput(`Unsupported expression '${this.#text}'`)
  }

  #all(depth: number): Expression {
    const parts = [this.#condition(depth)]
    while (this.#word('AND')) parts.push(this.#condition(depth))
    return parts.length === 1 ? parts[0]! : { kind: 'and', parts }
  }

  #condition(depth: number): Expression {
    if (depth > DEPTH_MAX) throw this.unsupported()
    if (this.#word('NOT')) return { kind: 'not', part: this.#condition(depth + 1) }
    const start = this.#at
    if (this.#sign('(')) {
      // `(dt = 'a')` and `(dt) = 'a'` begin alike.
      const inner = this.#attempt(() => this.#inParentheses(depth))
      if (inner !== undefined) return inner
      this.#at = start
    }
    return this.#predicate()
  }

  #inParentheses(depth: number): Expression | undefined {
    const inner = this.either(depth + 1)
    return this.#sign(')') ? inner : undefined
  }

  /** Undefined also where it is no expression. What takes long to find out is bounded by the length of the text. */
  #attempt(parse: () => Expression | undefined): Expression | undefined {
    try {
      return parse()
    } catch (error) {
      if ((error as Error).name !== 'InvalidInputException') throw error
      return undefined
    }
  }

  #predicate(): Expression {
    const literal = this.#operand('literal')
    if (literal !== undefined) {
      const operator = this.#comparison()
      const key = this.#operand('name')
      if (operator === undefined || key === undefined) throw this.unsupported()
      return { kind: 'compare', key: key.toLowerCase(), operator: TURNED[operator], literal }
    }
    const key = this.#operand('name')?.toLowerCase()
    if (key === undefined) throw this.unsupported()
    const operator = this.#comparison()
    if (operator !== undefined) return { kind: 'compare', key, operator, literal: this.#literal() }
    return this.#wordPredicate(key)
  }

  #wordPredicate(key: string): Expression {
    if (this.#word('IS')) {
      const isNegated = this.#word('NOT')
      if (!this.#word('NULL')) throw this.unsupported()
      return negated({ kind: 'null', key }, isNegated)
    }
    const isNegated = this.#word('NOT')
    if (this.#word('IN')) return negated({ kind: 'in', key, literals: this.#list() }, isNegated)
    if (this.#word('LIKE')) return negated({ kind: 'like', key, pattern: this.#literal() }, isNegated)
    if (!this.#word('BETWEEN')) throw this.unsupported()
    const low = this.#literal()
    if (!this.#word('AND')) throw this.unsupported()
    return negated({ kind: 'between', key, low, high: this.#literal() }, isNegated)
  }

  #list(): string[] {
    const literals: string[] = []
    if (!this.#sign('(')) throw this.unsupported()
    do literals.push(this.#literal())
    while (this.#sign(','))
    if (!this.#sign(')')) throw this.unsupported()
    return literals
  }

  #literal(): string {
    const literal = this.#operand('literal')
    if (literal === undefined) throw this.unsupported()
    return literal
  }

  #comparison(): Comparison | undefined {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'sign' || !COMPARISONS.has(token.text)) return undefined
    this.#at++
    return token.text as Comparison
  }

  /** In any number of parentheses. Undefined: something else is here, and nothing was taken. */
  #operand(kind: 'name' | 'literal'): string | undefined {
    const start = this.#at
    let open = 0
    while (this.#sign('(')) open++
    const token = this.#tokens[this.#at]
    if (token?.kind === kind) {
      this.#at++
      while (open > 0 && this.#sign(')')) open--
      if (open === 0) return token.text
    }
    this.#at = start
    return undefined
  }

  #word(word: string): boolean {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'name' || token.isQuoted || token.text.toUpperCase() !== word) return false
    this.#at++
    return true
  }

  #sign(sign: string): boolean {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'sign' || token.text !== sign) return false
    this.#at++
    return true
  }
}

function negated(part: Expression, isNegated: boolean): Expression {
  return isNegated ? { kind: 'not', part } : part
}
