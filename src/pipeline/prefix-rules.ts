/** What prefix and errorPrefix may be: Firehose's rules, and those of folders. */
import type { StreamConfig } from '../base/stream.ts'
import type { Path, PathProblem } from './problem.ts'
import type { StreamInput } from './schema.ts'

const ERROR_TYPE = '!{firehose:error-output-type}'

export function prefixProblems(input: StreamInput, { deliver }: StreamConfig, at: Path): PathProblem[] {
  const prefixPath = [...at, 'deliver', 'prefix']
  const errorPath = [...at, 'deliver', 'errorPrefix']
  const problems = [
    ...textProblems(deliver.prefix, prefixPath),
    ...textProblems(deliver.errorPrefix, errorPath),
  ]
  if (deliver.prefix.includes(ERROR_TYPE))
    problems.push({ path: prefixPath, message: `${ERROR_TYPE} is for errorPrefix only` })
  if (deliver.errorPrefix.includes('!{') && !deliver.errorPrefix.includes(ERROR_TYPE))
    problems.push({ path: errorPath, message: `an errorPrefix with expressions must contain ${ERROR_TYPE}` })
  if (input.deliver?.errorPrefix === '' && deliver.prefix.includes('!{'))
    problems.push({ path: errorPath, message: 'must not be empty when prefix contains expressions' })
  return problems
}

/** What all keys of a prefix begin with. */
export function staticPart(prefix: string): string {
  const at = prefix.indexOf('!{')
  if (at < 0) return prefix
  // `web/dt=!{…}`: the folder is web/, since dt=… is a partition in it.
  return prefix.slice(0, prefix.lastIndexOf('/', at) + 1)
}

/** Keys of the embedded store are paths, and no engine finds its way through `//` or `..`. */
function textProblems(prefix: string, path: Path): PathProblem[] {
  const folders = prefix.split('/').slice(0, -1)
  if (prefix.startsWith('/')) return [{ path, message: 'must not begin with /' }]
  const odd = folders.find((folder) => folder === '' || folder === '.' || folder === '..')
  return odd === undefined ? [] : [{ path, message: `has a folder named ${JSON.stringify(odd)}` }]
}
