/**
 * Takes long lists of literals out of a statement before it is parsed: of `x IN ('a', 'b', …)`, of `ARRAY['a', 'b', …]`, of
 * `x = 'a' OR x = 'b' OR …` and of `x <> 'a' AND x <> 'b' AND …`. What stands for them has the same length, so that
 * everything else stays where it is.
 */
import { tokenAt, type Token } from '../statement/tokens.ts'
import type { ConstantList } from './constant-list.ts'

export interface Lifted {
  sql: string
  /** A call of it with a number stands for the list of that number. */
  name: string
  lists: ConstantList[]
}

/** Fewer cost some ten milliseconds as they are, and the engine looks them up in the statistics of files one by one. */
const MEMBERS_MIN = 100
/** Of all members of a list that are no literals: what is in them is looked at again, for lists of its own. */
const OTHER_TOKENS_MAX = 1000

export function liftLists(sql: string): Lifted {
  const lists: ConstantList[] = []
  // Each member is a sign and a comma at least.
  if (sql.length < MEMBERS_MIN * 2) return { sql, name: '', lists }
  const name = unusedName(sql)
  const tokens = tokensOf(sql)
  let lifted = ''
  let from = 0
  for (let at = 0; at < tokens.length;) {
    const found = membersAt(tokens, at) ?? arrayAt(tokens, at) ?? chainAt(tokens, at)
    if (found?.list !== undefined) {
      const { start, end } = found
      const text = found.text(sql, `${name}(${lists.push(found.list) - 1})`)
      lifted += sql.slice(from, start) + padded(text, sql.slice(start, end))
      from = end
    }
    at = found === undefined ? at + 1 : found.next
  }
  return { sql: lifted + sql.slice(from), name, lists }
}

/** It must not be what somebody calls. */
function unusedName(sql: string): string {
  const used = new Set([...sql.matchAll(/constant_list(\d+)/gi)].map(([, number]) => number))
  let number = 0
  while (used.has(String(number))) number++
  return `constant_list${number}`
}

/** Lines are where they were, too, for what the parser says. */
function padded(text: string, written: string): string {
  let covered = Array.from(text).length
  return text + written.replaceAll(/[^\n]/gu, () => (covered-- > 0 ? '' : ' '))
}

function tokensOf(sql: string): Token[] {
  const tokens: Token[] = []
  for (let at = 0; ;) {
    const token = tokenAt(sql, at, 'trino')
    if (token.kind === 'end' || token.kind === 'broken') return tokens
    tokens.push(token)
    at = token.end
  }
}

interface Found {
  /** Undefined: too short. */
  list: ConstantList | undefined
  /** What is replaced, and by what. */
  start: number
  end: number
  text: (sql: string, list: string) => string
  /** The token to go on with. */
  next: number
}

interface Literal {
  kind: ConstantList['kind'] | 'null'
  value: string
  next: number
}

const INT64_MAX = 2n ** 63n - 1n

function literalAt(tokens: readonly Token[], at: number): Literal | undefined {
  const token = tokens[at]
  if (token?.kind === 'single')
    return { kind: 'varchar', value: token.text.slice(1, -1).replaceAll("''", "'"), next: at + 1 }
  if (token?.kind === 'word' && /^null$/i.test(token.text)) return { kind: 'null', value: '', next: at + 1 }
  const isNegative = token?.text === '-' && token.kind === 'sign'
  const digits = isNegative ? tokens[at + 1] : token
  if (digits?.kind !== 'number' || !/^\d{1,19}$/.test(digits.text)) return undefined
  const number = BigInt(digits.text)
  if (number > INT64_MAX) return undefined
  return { kind: 'integer', value: String(isNegative ? -number : number), next: at + (isNegative ? 2 : 1) }
}

const isSign = (token: Token | undefined, text: string): boolean =>
  token?.kind === 'sign' && token.text === text
const isWord = (token: Token | undefined, word: string): boolean =>
  token?.kind === 'word' && token.text.toLowerCase() === word

const QUERY = /^(select|with|values|table)$/i

/** `IN (…)`: its literals of the same kind are the list, and behind it comes what else there is. */
function membersAt(tokens: readonly Token[], at: number): Found | undefined {
  if (!isWord(tokens[at], 'in') || !isSign(tokens[at + 1], '(')) return undefined
  const first = tokens[at + 2]
  if (first?.kind === 'word' && QUERY.test(first.text)) return undefined
  const gathered = new Gathered()
  const others: [start: number, end: number][] = []
  let otherTokens = 0
  for (let next = at + 2; ;) {
    const literal = literalAt(tokens, next)
    const isAlone = literal !== undefined && isDelimiter(tokens[literal.next])
    const end = isAlone ? literal.next : memberEnd(tokens, next, OTHER_TOKENS_MAX - otherTokens)
    if (end === undefined || end === next) return undefined
    if (!isAlone || !gathered.add(literal)) {
      others.push([tokens[next]!.start, tokens[end - 1]!.end])
      otherTokens += end - next
    }
    if (isSign(tokens[end], ')')) {
      const after = (sql: string): string => others.map(([from, to]) => `, ${sql.slice(from, to)}`).join('')
      return {
        list: gathered.list(),
        start: tokens[at + 1]!.start,
        end: tokens[end]!.end,
        text: (sql, list) => `(${list}${after(sql)})`,
        // Of those that are too short, what is in them is looked at.
        next: gathered.isLong() ? end + 1 : at + 1,
      }
    }
    next = end + 1
  }
}

/** `ARRAY[…]` of nothing but literals of one kind, each as often as it is there. */
function arrayAt(tokens: readonly Token[], at: number): Found | undefined {
  if (!isWord(tokens[at], 'array') || !isSign(tokens[at + 1], '[')) return undefined
  const values: string[] = []
  let kind: ConstantList['kind'] | undefined
  for (let next = at + 2; ; next++) {
    const literal = literalAt(tokens, next)
    if (literal === undefined || literal.kind === 'null' || (kind ?? literal.kind) !== literal.kind)
      return undefined
    kind = literal.kind
    values.push(literal.value)
    next = literal.next
    if (isSign(tokens[next], ']')) {
      const list = values.length < MEMBERS_MIN ? undefined : { kind, values, hasNull: false }
      const [start, end] = [tokens[at]!.start, tokens[next]!.end]
      return { list, start, end, text: (_sql, name) => name, next: next + 1 }
    }
    if (!isSign(tokens[next], ',')) return undefined
  }
}

function isDelimiter(token: Token | undefined): boolean {
  return isSign(token, ',') || isSign(token, ')')
}

/** Of the comma or parenthesis behind it; undefined where that is too far away. */
function memberEnd(tokens: readonly Token[], start: number, tokensMax: number): number | undefined {
  let depth = 0
  for (let at = start; at < tokens.length && at - start <= tokensMax; at++) {
    if (depth === 0 && isDelimiter(tokens[at])) return at
    const { kind, text } = tokens[at]!
    if (kind === 'sign' && (text === '(' || text === '[')) depth++
    if (kind === 'sign' && (text === ')' || text === ']')) depth--
  }
  return undefined
}

/** Distinct values of one kind, that of the first. */
class Gathered {
  readonly #values = new Set<string>()
  #kind: ConstantList['kind'] | undefined
  #hasNull = false
  #count = 0

  /** False: it is of another kind. */
  add({ kind, value }: Literal): boolean {
    if (kind === 'null') this.#hasNull = true
    else if (this.#kind !== undefined && this.#kind !== kind) return false
    else {
      this.#kind = kind
      this.#values.add(value)
    }
    this.#count++
    return true
  }

  isLong(): boolean {
    return this.#kind !== undefined && this.#count >= MEMBERS_MIN
  }

  list(): ConstantList | undefined {
    if (this.#kind === undefined || !this.isLong()) return undefined
    return { kind: this.#kind, values: [...this.#values], hasNull: this.#hasNull }
  }
}

interface Comparison {
  /** The column as it is meant: in lower case unless quoted. */
  column: string
  operator: '=' | '<>'
  literal: Literal
  start: number
  end: number
  columnStart: number
  columnEnd: number
  next: number
}

/**
 * Of a chain, all but the first and the last: only of those is it certain that they stand alone, whatever is before and
 * behind the chain.
 */
function chainAt(tokens: readonly Token[], at: number): Found | undefined {
  const first = comparisonAt(tokens, at)
  if (first === undefined) return undefined
  const word = first.operator === '=' ? 'or' : 'and'
  const gathered = new Gathered()
  let last = first
  let end = first
  let second: Comparison | undefined
  while (isWord(tokens[last.next], word)) {
    const found = comparisonAt(tokens, last.next + 1)
    if (found === undefined || found.column !== first.column || found.operator !== first.operator) break
    if (found.literal.kind !== first.literal.kind) break
    if (last !== first) {
      second ??= last
      gathered.add(last.literal)
      end = last
    }
    last = found
  }
  const { start, columnStart, columnEnd } = second ?? first
  const operator = first.operator === '=' ? 'IN' : 'NOT IN'
  return {
    list: gathered.list(),
    start,
    end: end.end,
    text: (sql, list) => `${sql.slice(columnStart, columnEnd)} ${operator} (${list})`,
    next: last.next,
  }
}

/** `x = 'a'`, also in parentheses. */
function comparisonAt(tokens: readonly Token[], start: number): Comparison | undefined {
  const isEnclosed = isSign(tokens[start], '(')
  const columnAt = isEnclosed ? start + 1 : start
  const columnEnd = columnEndAt(tokens, columnAt)
  if (columnEnd === undefined) return undefined
  const operator = operatorAt(tokens, columnEnd)
  const literal = operator === undefined ? undefined : literalAt(tokens, columnEnd + operator.signs)
  if (operator === undefined || literal === undefined || literal.kind === 'null') return undefined
  if (isEnclosed && !isSign(tokens[literal.next], ')')) return undefined
  const next = literal.next + (isEnclosed ? 1 : 0)
  const column = tokens.slice(columnAt, columnEnd)
  return {
    column: column.map(({ kind, text }) => (kind === 'word' ? text.toLowerCase() : text)).join(''),
    operator: operator.means,
    literal,
    start: tokens[start]!.start,
    end: tokens[next - 1]!.end,
    columnStart: column[0]!.start,
    columnEnd: column.at(-1)!.end,
    next,
  }
}

/** `a`, `a.b`, `"A"."b"`. */
function columnEndAt(tokens: readonly Token[], at: number): number | undefined {
  const isName = (token: Token | undefined): boolean => token?.kind === 'word' || token?.kind === 'double'
  if (!isName(tokens[at])) return undefined
  let end = at + 1
  while (isSign(tokens[end], '.') && isName(tokens[end + 1])) end += 2
  return end
}

function operatorAt(
  tokens: readonly Token[],
  at: number,
): { means: Comparison['operator']; signs: number } | undefined {
  if (isSign(tokens[at], '=')) return { means: '=', signs: 1 }
  const isUnequal =
    (isSign(tokens[at], '<') && isSign(tokens[at + 1], '>')) ||
    (isSign(tokens[at], '!') && isSign(tokens[at + 1], '='))
  return isUnequal && tokens[at]!.end === tokens[at + 1]!.start ? { means: '<>', signs: 2 } : undefined
}
