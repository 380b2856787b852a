/** DIR/credentials.json, readable by its owner only: who may read it may control the server. Made on first start. */
import { join } from 'node:path'
import type { AccessKey, Role } from '../aws/service.ts'
import { HozonError, systemCode } from '../base/errors.ts'
import type { Clock, Files, Random } from '../sys/sys.ts'
import { makeAccessKeyId, makeSecretAccessKey } from './key-material.ts'

/** An access key as it is kept. */
export interface SavedKey extends AccessKey {
  /** ISO 8601 in UTC. */
  createdAt: string
  description: string
}

export interface Credentials {
  /** Bearer token of the control API. */
  controlToken: string
  /** In the order they were made. */
  accessKeys: readonly SavedKey[]
}

export const ROLES: readonly Role[] = ['ingest', 'read', 'admin']

const TOKEN_BYTES = 32
const OWNER_ONLY = 0o600

/**
 * Makes what is missing: the token, and a first key for everything where no list of keys was ever written (an empty one
 * is somebody's wish). Keys of the file that others put there stay as they are.
 */
export async function openCredentials(
  sys: { clock: Clock; files: Files; random: Random },
  directory: string,
): Promise<Credentials> {
  const saved = await readSaved(sys.files, directory)
  const present = toCredentials(saved, directory)
  const controlToken = present.controlToken ?? sys.random.bytes(TOKEN_BYTES).toString('base64url')
  const accessKeys = present.accessKeys ?? [firstKey(sys)]
  const credentials = { controlToken, accessKeys }
  if (present.controlToken === undefined || present.accessKeys === undefined)
    await write(sys.files, directory, { ...saved, ...credentials })
  return credentials
}

/** Undefined when there are none. Rejects with HOZON_CREDENTIALS_DENIED or HOZON_CREDENTIALS_DAMAGED. */
export async function readCredentials(files: Files, directory: string): Promise<Credentials | undefined> {
  const { controlToken, accessKeys = [] } = toCredentials(await readSaved(files, directory), directory)
  return controlToken === undefined ? undefined : { controlToken, accessKeys }
}

/** Durable when it resolves. Rejects with HOZON_CREDENTIALS_DISK. */
export async function saveAccessKeys(
  files: Files,
  directory: string,
  accessKeys: readonly SavedKey[],
): Promise<void> {
  await write(files, directory, { ...(await readSaved(files, directory)), accessKeys })
}

function firstKey(sys: { clock: Clock; random: Random }): SavedKey {
  return {
    accessKeyId: makeAccessKeyId(sys.random),
    secretAccessKey: makeSecretAccessKey(sys.random),
    role: 'admin',
    createdAt: new Date(sys.clock.now()).toISOString(),
    description: 'made at the first start',
  }
}

function toCredentials(saved: Record<string, unknown> | undefined, directory: string): Partial<Credentials> {
  const controlToken = saved?.['controlToken']
  const accessKeys = saved?.['accessKeys']
  if (accessKeys !== undefined && !(Array.isArray(accessKeys) && accessKeys.every(isSavedKey)))
    throw damaged(credentialsPath(directory), 'accessKeys is not a list of keys', undefined)
  return {
    ...(typeof controlToken === 'string' && controlToken !== '' ? { controlToken } : {}),
    ...(accessKeys === undefined ? {} : { accessKeys }),
  }
}

function isSavedKey(value: unknown): value is SavedKey {
  if (typeof value !== 'object' || value === null) return false
  const key = value as Record<string, unknown>
  const texts = ['accessKeyId', 'secretAccessKey', 'createdAt', 'description']
  return texts.every((name) => typeof key[name] === 'string') && ROLES.some((role) => role === key['role'])
}

function credentialsPath(directory: string): string {
  return join(directory, 'credentials.json')
}

async function write(files: Files, directory: string, content: object): Promise<void> {
  const target = credentialsPath(directory)
  try {
    const text = `${JSON.stringify(content, null, 2)}\n`
    await files.writeFileDurably(target, Buffer.from(text), OWNER_ONLY)
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    throw diskError('write', target, error)
  }
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
      const details = { op: 'read', target, hint, cause: error }
      throw new HozonError('HOZON_CREDENTIALS_DENIED', 'not permitted', details)
    }
    if (code !== undefined) throw diskError('read', target, error)
    throw damaged(target, error instanceof Error ? error.message : String(error), error)
  }
}

function diskError(op: 'read' | 'write', target: string, cause: unknown): HozonError {
  const hint = 'look at the disk, its free space and the permissions of the data folder'
  const message = cause instanceof Error ? cause.message : String(cause)
  return new HozonError('HOZON_CREDENTIALS_DISK', message, { op, target, hint, retryable: true, cause })
}

function damaged(target: string, message: string, cause: unknown): HozonError {
  const hint = 'restore it; or remove it, and a new token and a first access key are made at the next start'
  return new HozonError('HOZON_CREDENTIALS_DAMAGED', message, { op: 'read', target, hint, cause })
}
