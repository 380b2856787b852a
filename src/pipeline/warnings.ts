/** What may well be meant but is worth a look: folders of globs that are not there or may not be read. */
import { dirname } from 'node:path'
import { systemCode } from '../base/errors.ts'
import type { Files } from '../sys/sys.ts'
import type { Pipeline } from './pipeline.ts'
import type { Problem } from './problem.ts'
import { staticPart } from './prefix-rules.ts'

export async function fileWarnings(files: Files, shownAs: string, pipeline: Pipeline): Promise<Problem[]> {
  const warnings: Problem[] = []
  const warn = (path: string, message: string): void => {
    warnings.push({ file: shownAs, line: 1, col: 1, path, message })
  }
  for (const stream of pipeline.streams) {
    for (const [index, source] of stream.collect.entries()) {
      for (const glob of source.paths) {
        const message = await pathWarning(files, glob)
        if (message !== undefined) warn(`streams.${stream.name}.collect[${index}].tail.paths`, message)
      }
    }
    const { prefix, errorPrefix } = stream.deliver
    if (staticPart(errorPrefix).startsWith(staticPart(prefix)))
      warn(
        `streams.${stream.name}.deliver.errorPrefix`,
        'lies inside prefix: other engines would read rejected lines as rows',
      )
  }
  return warnings
}

async function pathWarning(files: Files, glob: string): Promise<string | undefined> {
  const folder = folderOf(glob)
  try {
    await files.list(folder)
    return undefined
  } catch (error) {
    if (systemCode(error) === 'ENOENT')
      return `${folder} is not there yet; its files are picked up when it is`
    if (systemCode(error) === 'EACCES') return `${folder} may not be read by this user`
    return `${folder}: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** The deepest folder that a glob names without wildcards. */
function folderOf(glob: string): string {
  const wild = glob.search(/(?<!\\)[*?[{(]/)
  const literal = wild < 0 ? dirname(glob) : glob.slice(0, glob.lastIndexOf('/', wild)) || '/'
  return literal.replace(/\\(.)/g, '$1')
}
