/** Words, names, texts and signs of a statement, one at a time; comments and blanks are passed over. */
import type { Language } from './syntax-error.ts'

export interface Token {
  /**
   * word: without quotes · backquoted: a name · double: a name, or a text where Hive expects one · single: a text ·
   * broken: a quote or comment that has no end.
   */
  kind: 'word' | 'backquoted' | 'double' | 'single' | 'number' | 'sign' | 'broken' | 'end'
  /** As written, quotes included. */
  text: string
  /** From 0. */
  start: number
  end: number
}

const BLANK = /\s+/y
const WORD = /[\p{L}_][\p{L}\p{N}\p{M}_]*/uy
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\p{L}\p{N}_])/uy
/** A name that begins with digits, as tables of Hive may. */
const DIGIT_WORD = /\d[\p{L}\p{N}\p{M}_]*/uy

/** Hive's texts know the backslash, and in both the quote may be doubled. */
const QUOTED: Record<Language, Record<string, RegExp>> = {
  hive: {
    "'": /'[^'\\]*(?:(?:\\[\s\S]|'')[^'\\]*)*'/y,
    '"': /"[^"\\]*(?:(?:\\[\s\S]|"")[^"\\]*)*"/y,
    '`': /`[^`]*(?:``[^`]*)*`/y,
  },
  trino: {
    "'": /'[^']*(?:''[^']*)*'/y,
    '"': /"[^"]*(?:""[^"]*)*"/y,
    '`': /`[^`]*(?:``[^`]*)*`/y,
  },
}

const QUOTE_KINDS: Record<string, Token['kind']> = { "'": 'single', '"': 'double', '`': 'backquoted' }

/** Linear over a whole statement: what has no end is one token through the end. */
export function tokenAt(sql: string, from: number, language: Language): Token {
  const start = skipBlanks(sql, from)
  const token = (kind: Token['kind'], end: number): Token => ({
    kind,
    text: sql.slice(start, end),
    start,
    end,
  })
  if (start >= sql.length) return token('end', start)
  const first = sql[start]!
  const quoted = QUOTED[language][first]
  if (quoted !== undefined) {
    const end = matchEnd(quoted, sql, start)
    return end === undefined ? token('broken', sql.length) : token(QUOTE_KINDS[first]!, end)
  }
  // skipBlanks() passes over every comment that has an end.
  if (sql.startsWith('/*', start)) return token('broken', sql.length)
  const wordEnd = matchEnd(WORD, sql, start)
  if (wordEnd !== undefined) return token('word', wordEnd)
  const numberEnd = matchEnd(NUMBER, sql, start)
  if (numberEnd !== undefined) return token('number', numberEnd)
  return token(/\d/.test(first) ? 'word' : 'sign', matchEnd(DIGIT_WORD, sql, start) ?? start + 1)
}

function skipBlanks(sql: string, from: number): number {
  let at = from
  for (;;) {
    at = matchEnd(BLANK, sql, at) ?? at
    if (sql.startsWith('--', at)) at = endOr(sql.indexOf('\n', at), sql.length)
    else if (sql.startsWith('/*', at)) {
      const end = sql.indexOf('*/', at + 2)
      if (end === -1) return at
      at = end + 2
    } else return at
  }
}

function endOr(found: number, otherwise: number): number {
  return found === -1 ? otherwise : found
}

function matchEnd(pattern: RegExp, sql: string, at: number): number | undefined {
  pattern.lastIndex = at
  return pattern.test(sql) ? pattern.lastIndex : undefined
}

/** The same length, with blanks for comments: what stands in between is one piece. */
export function blankComments(sql: string, start: number, end: number): string {
  let text = ''
  let at = start
  while (at < end) {
    const token = tokenAt(sql, at, 'hive')
    const stop = Math.min(token.start, end)
    text += sql.slice(at, stop).replaceAll(/\S/g, ' ') + sql.slice(stop, Math.min(token.end, end))
    at = token.end === at ? end : token.end
  }
  return text
}
