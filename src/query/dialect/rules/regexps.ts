/** Regular expressions: RE2 where it means the same as Java, and JavaScript's for what RE2 lacks (natives/regexps.ts). */
import { call, contentOf, numberOf, stringLiteral, stringOf } from '../ast.ts'
import type { FunctionRule, FunctionRules } from '../rewrite.ts'
import { isOnlyJava, javaScriptPattern } from '../natives/java-pattern.ts'
import { lambdaBody, template } from '../template.ts'
import { refuse } from './refused.ts'

export const regexpFunctions: FunctionRules = {
  regexp_like: ([text, pattern]) => (lacks(pattern) ? call('__re_like', text, pattern) : undefined),
  regexp_extract: ([text, pattern, group]) =>
    lacks(pattern) || mayMissGroup(pattern, group)
      ? call('__re_extract', text, pattern, group ?? template('0'))
      : undefined,
  regexp_extract_all: ([text, pattern, group]) =>
    lacks(pattern) || mayMissGroup(pattern, group) || mayBeEmpty(pattern)
      ? call('__re_extract_all', text, pattern, group ?? template('0'))
      : undefined,
  regexp_count: counted('__re_count'),
  regexp_split: counted('__re_split'),
  regexp_position([text, pattern, start, occurrence]) {
    lacks(pattern)
    return call('__re_position', text, pattern, start ?? template('1'), occurrence ?? template('1'))
  },
  regexp_replace([text, pattern, replacement]) {
    if (contentOf(replacement, 'lambda') !== undefined) return byLambda(text, pattern, replacement)
    if (lacks(pattern)) return call('__re_replace', text, pattern, replacement ?? stringLiteral(''))
    return undefined
  },
}

/** [text before, match, groups …]: the lambda gets the groups. */
function byLambda(text: unknown, pattern: unknown, lambda: unknown): unknown {
  return template(
    `list_reduce(list_transform(__re_pieces(__T, __P), __p -> __p[1] || CASE WHEN len(__p) = 1 THEN '' ELSE __BODY END), (__x, __y) -> __x || __y)`,
    { T: text, P: pattern, BODY: lambdaBody(lambda, [template('__p[3:]')]) },
  )
}

/** RE2 counts and splits at empty matches in its own way. */
function counted(native: string): FunctionRule {
  return ([text, pattern]) => {
    lacks(pattern)
    return call(native, text, pattern)
  }
}

/** RE2 finds more empty places than Java where one follows what was found before. */
function mayBeEmpty(pattern: unknown): boolean {
  const text = stringOf(pattern)
  if (text === undefined) return true
  try {
    const java = new RegExp(javaScriptPattern(text), 'u')
    return ['', 'a', 'a b'].some((sample) => java.exec(sample)?.[0] === '')
  } catch {
    return false
  }
}

/** Look-around and back references. What neither engine has is refused. */
function lacks(pattern: unknown): boolean {
  const text = stringOf(pattern)
  if (text === undefined) return false
  const bare = text.replaceAll(/\\[^1-9k]/gs, '')
  if (isOnlyJava(text)) refuse(`the regular expression ${text}`)
  return /\(\?<?[=!]|\\[1-9k]|\[:\w+:\]/.test(bare)
}

/** A group that takes no part in the match is NULL; RE2 tells it as an empty text. */
function mayMissGroup(pattern: unknown, group: unknown): boolean {
  if (group === undefined || numberOf(group) === 0) return false
  const text = stringOf(pattern)
  return text === undefined || /\)[?*{]|\|/.test(text)
}
