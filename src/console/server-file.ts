/** DIR/server.json: where the server that owns DIR listens. There while it runs; a crash leaves it behind. */
import { join } from 'node:path'
import { HozonError, systemCode } from '../base/errors.ts'
import type { Files } from '../sys/sys.ts'

export interface ServerFile {
  pid: number
  host: string
  port: number
  startedMs: number
  /** That of the pipeline file, for `hozon env`. */
  region: string
  /** Clients trust DIR/tls/ca.pem; false: the operator's own certificate, or none. */
  hasAuthority: boolean
}

export async function writeServerFile(files: Files, directory: string, content: ServerFile): Promise<void> {
  const target = serverPath(directory)
  try {
    await files.writeFileDurably(target, Buffer.from(`${JSON.stringify(content, null, 2)}\n`))
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    const hint = 'look at the free space and the permissions of the data folder, and start again'
    const details = { op: 'write', target, hint, retryable: true, cause: error }
    throw new HozonError('HOZON_SERVER_FILE', (error as Error).message, details)
  }
}

export async function removeServerFile(files: Files, directory: string): Promise<void> {
  await files.remove(serverPath(directory))
}

/** Rejects with HOZON_SERVER_NONE when there is none, HOZON_SERVER_DENIED when it may not be read. */
export async function readServerFile(files: Files, directory: string): Promise<ServerFile> {
  const target = serverPath(directory)
  try {
    const file = JSON.parse((await files.readFile(target)).toString('utf8')) as ServerFile
    const { pid, host, port, startedMs, region, hasAuthority } = file
    if (typeof host !== 'string' || typeof port !== 'number') throw noServer(directory)
    return { pid, host, port, startedMs, region, hasAuthority }
  } catch (error) {
    if (systemCode(error) !== 'EACCES') throw noServer(directory)
    const hint = 'run the command as the user who started the server'
    throw new HozonError('HOZON_SERVER_DENIED', 'not permitted', { op: 'read', target, hint, cause: error })
  }
}

export function noServer(directory: string): HozonError {
  return new HozonError('HOZON_SERVER_NONE', `no server is running on ${directory}`, {
    op: 'find server',
    hint: 'start one with `hozon up`, or name its folder with --data DIR',
  })
}

function serverPath(directory: string): string {
  return join(directory, 'server.json')
}
