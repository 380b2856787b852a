/** The YAML text with the place of every key and value, so that each problem can be shown where it is. */
import {
  LineCounter,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Pair,
} from 'yaml'
import { substituteEnv } from './env.ts'
import { byPlace, formatPath, type Path, type PathProblem, type Problem } from './problem.ts'

/** Of the expanded document; more is an attack (each alias can double the size) or a mistake. */
const ALIASES_MAX = 100
const NO_ANCHOR = 'there is no anchor'

export interface PositionedText {
  /** Plain values, environment substituted. Undefined when the text is not YAML at all. */
  value: unknown
  /** Of the text itself: syntax, duplicate keys, undefined variables. */
  problems: Problem[]
  locate: (problem: PathProblem) => Problem
}

export function readYaml(file: string, text: string, env: NodeJS.ProcessEnv): PositionedText {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, strict: true })
  const problemAt = (offset: number, path: string, message: string): Problem => {
    const { line, col } = lines.linePos(offset)
    return { file, line: Math.max(line, 1), col: Math.max(col, 1), path, message }
  }
  const problems = oncePerLine(
    [...document.errors, ...document.warnings].map((error) =>
      problemAt(error.pos[0], '', syntaxMessage(error.code, error.message, text.slice(0, error.pos[0]))),
    ),
  )
  const isReadable = document.errors.every((error) => error.code === 'DUPLICATE_KEY')
  if (isReadable) {
    for (const wrong of substituteAll(document, env))
      problems.push(problemAt(wrong.offset, formatPath(wrong.path), wrong.message))
  }
  const isWhole = isReadable && !problems.some((problem) => problem.message.startsWith(NO_ANCHOR))
  return {
    value: isWhole ? toValue(document, problems, problemAt) : undefined,
    problems: problems.sort(byPlace),
    locate: ({ path, message, atKey }) =>
      problemAt(offsetOf(document, path, atKey === true), formatPath(path), message),
  }
}

function toValue(
  document: Document,
  problems: Problem[],
  problemAt: (offset: number, path: string, message: string) => Problem,
): unknown {
  try {
    return document.toJS({ maxAliasCount: ALIASES_MAX })
  } catch (error) {
    // Its only reason here: anchors are resolved, and keys are plain.
    if (!(error instanceof ReferenceError)) throw error
    problems.push(problemAt(0, '', `aliases would make more than ${ALIASES_MAX} copies of one anchor`))
    return undefined
  }
}

/** One mistake often shows as several. */
function oncePerLine(problems: Problem[]): Problem[] {
  const lines = new Set<number>()
  return problems.sort(byPlace).filter(({ line }) => !lines.has(line) && lines.add(line))
}

function syntaxMessage(code: string, message: string, before: string): string {
  if (code === 'DUPLICATE_KEY') return 'the same key is there twice'
  if (code === 'TAB_AS_INDENT') return 'tabs can not indent YAML; use spaces'
  if (code === 'MULTIPLE_DOCS') return 'only one document may be in the file'
  const plain = message.replace(/\s+/g, ' ').replace(/\.$/, '')
  // In {…} and […] the brace of a variable begins a map.
  return /[{[,:] *\$$/.test(before) ? `${plain}; put \${…} in quotes here` : plain
}

/** Replaces `${NAME}` in all scalar values (not in keys); returns what could not be replaced. */
function substituteAll(
  document: Document,
  env: NodeJS.ProcessEnv,
): { offset: number; path: Path; message: string }[] {
  const wrong: { offset: number; path: Path; message: string }[] = []
  visit(document, {
    Alias(key, node, ancestors) {
      if (node.resolve(document) !== undefined) return
      const message = `${NO_ANCHOR} &${node.source} above this alias`
      wrong.push({ offset: node.range?.[0] ?? 0, path: pathOf(ancestors, key), message })
    },
    Scalar(key, node, ancestors) {
      if (key === 'key' || typeof node.value !== 'string') return
      const { text, problem } = substituteEnv(node.value, env)
      // A variable that is the whole value may also be a flag.
      const isFlag = /^\$\{[^}]*\}$/.test(node.value) && /^(true|false)$/.test(text)
      node.value = isFlag ? text === 'true' : text
      if (problem !== undefined)
        wrong.push({ offset: node.range?.[0] ?? 0, path: pathOf(ancestors, key), message: problem })
    },
  })
  return wrong
}

/** The path of a visited node, from the pairs and sequences above it. */
function pathOf(ancestors: readonly unknown[], lastKey: unknown): Path {
  const path: (string | number)[] = []
  ancestors.forEach((ancestor, index) => {
    if (isSeq(ancestor)) {
      const next = ancestors[index + 1]
      const at = next === undefined ? (lastKey as number) : ancestor.items.indexOf(next)
      path.push(at)
    } else if (isPairLike(ancestor)) path.push(keyText(ancestor))
  })
  return path
}

function isPairLike(value: unknown): value is Pair {
  return typeof value === 'object' && value !== null && !isNode(value) && 'key' in value
}

function keyText(pair: Pair): string {
  return String(isScalar(pair.key) ? pair.key.value : pair.key)
}

/** Start of the value at `path` (or of its key), or of the nearest place above it that is in the text. */
function offsetOf(document: Document, path: Path, atKey: boolean): number {
  let node = document.contents as Node | null
  let offset = node?.range?.[0] ?? 0
  for (const [index, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document) ?? null
    const isLast = index === path.length - 1
    if (isMap(node)) {
      const pair = node.items.find((item) => keyText(item) === String(step))
      if (pair === undefined) return offset
      const key = pair.key as Node | null
      const value = pair.value as Node | null
      const keyOffset = key?.range?.[0] ?? offset
      // A map or list is a large place: its key says better what is meant. So does the key of a missing value.
      const isBlock =
        isMap(value) || isSeq(value) || value?.range == null || value.range[0] === value.range[1]
      offset = (isLast && atKey) || isBlock ? keyOffset : value.range![0]
      node = value
    } else if (isSeq(node)) {
      node = (node.items[Number(step)] as Node | undefined) ?? null
      offset = node?.range?.[0] ?? offset
    } else return offset
  }
  return offset
}
