/** DIR/credentials.json, readable by its owner only: who may read it may control the server. Made on first start. */
import { join } from 'node:path'
import { HozonError, systemCode } from '../base/errors.ts'
import type { Files, Random } from '../sys/sys.ts'

export interface Credentials {
  /** Bearer token of the control API. */
  controlToken: string
}

const TOKEN_BYTES = 32
const OWNER_ONLY = 0o600

/** Keys of the file that others put there stay as they are. */
export async function openCredentials(
  sys: { files: Files; random: Random },
  directory: string,
): Promise<Credentials> {
  const saved = await readSaved(sys.files, directory)
  const controlToken = saved?.['controlToken']
  if (typeof controlToken === 'string' && controlToken !== '') return { controlToken }
  const made = { controlToken: sys.random.bytes(TOKEN_BYTES).toString('base64url') }
  const text = `${JSON.stringify({ ...saved, ...made }, null, 2)}\n`
  await sys.files.writeFileDurably(credentialsPath(directory), Buffer.from(text), OWNER_ONLY)
  return made
}

/** Undefined when there are none. Rejects with HOZON_CREDENTIALS_DENIED or HOZON_CREDENTIALS_DAMAGED. */
export async function readCredentials(files: Files, directory: string): Promise<Credentials | undefined> {
  const saved = await readSaved(files, directory)
  const controlToken = saved?.['controlToken']
  return typeof controlToken === 'string' ? { controlToken } : undefined
}

function credentialsPath(directory: string): string {
  return join(directory, 'credentials.json')
}

async function readSaved(files: Files, directory: string): Promise<Record<string, unknown> | undefined> {
  const target = credentialsPath(directory)
  try {
    const value: unknown = JSON.parse((await files.readFile(target)).toString('utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
    throw new SyntaxError('not an object')
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT') return undefined
    if (code === 'EACCES') {
      const hint = 'run the command as the user who started the server'
      throw new HozonError('HOZON_CREDENTIALS_DENIED', 'not permitted', {
        op: 'read',
        target,
        hint,
        cause: error,
      })
    }
    const hint = 'remove the file; new credentials are made at the next start'
    const message = error instanceof Error ? error.message : String(error)
    throw new HozonError('HOZON_CREDENTIALS_DAMAGED', message, { op: 'read', target, hint, cause: error })
  }
}
