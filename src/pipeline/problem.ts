/** Something to say about a place in the pipeline file. */
export interface Problem {
  file: string
  /** From 1. */
  line: number
  col: number
  /** `streams.web.deliver.format`; empty where the text is not even YAML. */
  path: string
  message: string
}

export type Path = readonly (string | number)[]

/** A problem whose place in the text is not yet looked up. */
export interface PathProblem {
  path: Path
  message: string
  /** Points at the key itself and not at its value. */
  atKey?: boolean
}

/** `file:line:col: path: message` */
export function formatProblem(problem: Problem): string {
  const place = `${problem.file}:${problem.line}:${problem.col}`
  return problem.path === ''
    ? `${place}: ${problem.message}`
    : `${place}: ${problem.path}: ${problem.message}`
}

/** `streams.web.collect[0].tail`, names with dots in quotes: `streams["a.b"].table`. */
export function formatPath(path: Path): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else if (/^[\w@-]+$/.test(step)) text += text === '' ? step : `.${step}`
    else text += `[${JSON.stringify(step)}]`
  }
  return text
}

export function byPlace(a: Problem, b: Problem): number {
  return a.line - b.line || a.col - b.col || (a.message < b.message ? -1 : 1)
}
