import { join } from 'node:path'

/** Instances that share a folder would write to the same files. */
export function spillFolder(directory: string, pid: number): string {
  return join(directory, `engine-${pid}`)
}
