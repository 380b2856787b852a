/** A module that is not there would send every record to the error prefix: it is a problem and not a warning. */
import { systemCode } from '../base/errors.ts'
import type { FunctionTargets } from '../deliver/lambda/transformer.ts'
import type { Files } from '../sys/sys.ts'
import type { PathProblem } from './problem.ts'

export async function moduleProblems(files: Files, functions: FunctionTargets): Promise<PathProblem[]> {
  const problems: PathProblem[] = []
  for (const [arn, target] of Object.entries(functions)) {
    const message = 'module' in target ? await moduleProblem(files, target.module) : undefined
    if (message !== undefined) problems.push({ path: ['functions', arn], message })
  }
  return problems
}

async function moduleProblem(files: Files, path: string): Promise<string | undefined> {
  try {
    return (await isReadableFile(files, path)) ? undefined : `${path} is not a file`
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return `there is no ${path}`
    if (systemCode(error) === 'EACCES') return `${path} may not be read by this user`
    return `${path}: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** Opened and not only looked at: the right to read it is needed too. */
async function isReadableFile(files: Files, path: string): Promise<boolean> {
  const file = await files.open(path, 'read')
  try {
    return (await file.stat()).kind === 'file'
  } finally {
    await file.close()
  }
}
