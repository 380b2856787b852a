/** Loads the pipeline file; what is wrong with it goes to stderr, a line per problem. */
import { isAbsolute, relative, resolve } from 'node:path'
import type { LoadedPipeline, Pipeline } from '../pipeline/pipeline.ts'
import { withoutControlCharacters } from './output/plain-text.ts'
import type { CliContext } from './context.ts'

export async function loadOrExplain(
  context: CliContext,
  file: string,
  directory: string,
): Promise<{ pipeline: Pipeline; warnings: string[] } | undefined> {
  const { loadPipeline } = await import('../pipeline/load-pipeline.ts')
  const { formatProblem } = await import('../pipeline/problem.ts')
  const options = { env: context.env, dataDirectory: directory }
  const loaded: LoadedPipeline = await loadPipeline(context.sys, resolve(context.cwd, file), options)
  const shown = (problem: {
    file: string
    line: number
    col: number
    path: string
    message: string
  }): string =>
    withoutControlCharacters(formatProblem({ ...problem, file: asGiven(context.cwd, file, problem.file) }))
  const warnings = loaded.warnings.map(shown)
  if (loaded.pipeline !== undefined) return { pipeline: loaded.pipeline, warnings }
  for (const problem of loaded.problems) context.stderr.write(`${shown(problem)}\n`)
  const count = loaded.problems.length
  context.stderr.write(
    `hozon: ${count} problem${count === 1 ? '' : 's'} in ${file}; correct ${count === 1 ? 'it' : 'them'} and run \`hozon check ${file}\`\n`,
  )
  return undefined
}

/** As the user wrote it: editors and eyes find `hozon.yaml:3:7` from where they are. */
function asGiven(cwd: string, given: string, file: string): string {
  return isAbsolute(given) ? file : relative(cwd, file)
}
