/** What may well be meant but is worth a look: folders of globs that are not there or may not be read. */
import { dirname } from 'node:path'
import type { StreamConfig } from '../base/stream.ts'
import { systemCode } from '../base/errors.ts'
import type { Files } from '../sys/sys.ts'
import type { PathProblem } from './problem.ts'
import { staticPart } from './prefix-rules.ts'

export async function fileWarnings(files: Files, streams: readonly StreamConfig[]): Promise<PathProblem[]> {
  const warnings: PathProblem[] = []
  for (const { name, collect, deliver } of streams) {
    const at = ['streams', name]
    for (const [index, source] of collect.entries()) {
      for (const [number, glob] of source.paths.entries()) {
        const message = await pathWarning(files, glob)
        const path = [...at, 'collect', index, 'tail', 'paths', number]
        if (message !== undefined) warnings.push({ path, message })
      }
    }
    const message = 'lies inside prefix: other engines would read rejected lines as rows'
    if (staticPart(deliver.errorPrefix).startsWith(staticPart(deliver.prefix)))
      warnings.push({ path: [...at, 'deliver', 'errorPrefix'], message })
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
