/** What prefix and errorPrefix may be: Firehose's rules, and those of folders. */
import { HozonError } from '../base/errors.ts'
import { isInOwnFolder, OWN_FOLDER } from '../base/own-folder.ts'
import { compilePrefix, hasExpression } from '../format/prefix.ts'
import type { StreamConfig } from '../base/stream.ts'
import type { Path, PathProblem } from './problem.ts'

export function prefixProblems({ deliver }: StreamConfig, at: Path): PathProblem[] {
  const prefixPath = [...at, 'deliver', 'prefix']
  const errorPath = [...at, 'deliver', 'errorPrefix']
  const problems = [
    ...compileProblems(prefixPath, () => compilePrefix(deliver.prefix, 'prefix')),
    ...compileProblems(errorPath, () => compilePrefix(deliver.errorPrefix, 'errorPrefix')),
  ]
  if (problems.length > 0) return problems
  if (deliver.errorPrefix === '' && hasExpression(deliver.prefix))
    problems.push({ path: errorPath, message: 'must not be empty when prefix has expressions' })
  return [
    ...problems,
    ...folderProblems(deliver.prefix, prefixPath),
    ...folderProblems(deliver.errorPrefix, errorPath),
    ...ownFolderProblems(compilePrefix(deliver.prefix, 'prefix').evaluate(0, deliver), prefixPath),
    ...ownFolderProblems(compilePrefix(deliver.errorPrefix, 'errorPrefix').evaluate(0, deliver), errorPath),
  ]
}

function ownFolderProblems(evaluated: string, path: Path): PathProblem[] {
  return isInOwnFolder(evaluated)
    ? [{ path, message: `must not begin with ${OWN_FOLDER}: that folder is Hozon's own` }]
    : []
}

function compileProblems(path: Path, compile: () => unknown): PathProblem[] {
  try {
    compile()
    return []
  } catch (error) {
    if (!(error instanceof HozonError)) throw error
    const hint = error.hint === undefined ? '' : `; ${error.hint}`
    return [{ path, message: `${error.message.replace(/\.(?= \(|$)/, '')}${hint}` }]
  }
}

/** What all keys of a prefix begin with. */
export function staticPart(prefix: string): string {
  const at = prefix.indexOf('!{')
  if (at < 0) return prefix
  // `web/dt=!{…}`: the folder is web/, since dt=… is a partition in it.
  return prefix.slice(0, prefix.lastIndexOf('/', at) + 1)
}

/** Keys of the embedded store are paths, and no engine finds its way through `//` or `..`. */
function folderProblems(prefix: string, path: Path): PathProblem[] {
  const folders = prefix.split('/').slice(0, -1)
  if (prefix.startsWith('/')) return [{ path, message: 'must not begin with /' }]
  const odd = folders.find((folder) => folder === '' || folder === '.' || folder === '..')
  return odd === undefined ? [] : [{ path, message: `has a folder named ${JSON.stringify(odd)}` }]
}
