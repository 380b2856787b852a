/** The access keys of the endpoint: found in memory, changed on disk first. One owner at a time, who holds DIR's lock. */
import type { AccessKey, AccessKeys, Role } from '../aws/service.ts'
import { HozonError } from '../base/errors.ts'
import type { Clock, Files, Random } from '../sys/sys.ts'
import { openCredentials, ROLES, saveAccessKeys, type SavedKey } from './credentials.ts'
import { makeAccessKeyId, makeSecretAccessKey } from './key-material.ts'

/** Each change writes them all. */
const KEYS_MAX = 1000
const DESCRIPTION_CHARS_MAX = 256
/** What stands between the separators of a credential scope. Shorter than AWS's 16: other systems' pairs can be taken over. */
const KEY_ID = /^[A-Za-z0-9_.-]{3,128}$/
/** Printable, without spaces; fewer could be found by trying. */
const SECRET = /^[\x21-\x7e]{8,128}$/

/** Without the secret. */
export type ListedKey = Omit<SavedKey, 'secretAccessKey'>

export interface NewKey {
  role: Role
  description?: string
  /** An existing pair to take over; both or neither. */
  accessKeyId?: string
  secretAccessKey?: string
}

export interface AccessKeyRing extends AccessKeys {
  list(): ListedKey[]
  /** Durable when it resolves. Rejects with HOZON_KEY_INVALID, _EXISTS, _LIMIT or HOZON_CREDENTIALS_DISK. */
  create(key: NewKey): Promise<SavedKey>
  /** Durable when it resolves, and in force from then on. Rejects with HOZON_KEY_UNKNOWN or HOZON_CREDENTIALS_DISK. */
  revoke(accessKeyId: string): Promise<void>
}

interface RingSys {
  clock: Clock
  files: Files
  random: Random
}

/** Rejects with HOZON_CREDENTIALS_DENIED, _DAMAGED or _DISK. */
export async function openAccessKeys(sys: RingSys, directory: string): Promise<AccessKeyRing> {
  const { accessKeys } = await openCredentials(sys, directory)
  let byId = new Map(accessKeys.map((key) => [key.accessKeyId, key]))
  let changing: Promise<unknown> = Promise.resolve()
  /** One after the other: each writes the whole list. */
  const change = (next: () => Map<string, SavedKey>): Promise<void> => {
    const done = changing.then(async () => {
      const changed = next()
      await saveAccessKeys(sys.files, directory, [...changed.values()])
      byId = changed
    })
    // A failure is its caller's to hear of; the next change does not depend on it.
    changing = done.catch(() => {})
    return done
  }
  return {
    find: (accessKeyId) => byId.get(accessKeyId),
    list: () => [...byId.values()].map(withoutSecret),
    async create(request) {
      const key = toSavedKey(sys, request)
      await change(() => {
        if (byId.has(key.accessKeyId)) throw exists(key)
        if (byId.size >= KEYS_MAX) throw tooMany()
        return new Map(byId).set(key.accessKeyId, key)
      })
      return key
    },
    async revoke(accessKeyId) {
      await change(() => {
        const rest = new Map(byId)
        if (!rest.delete(accessKeyId)) throw unknownKey(accessKeyId)
        return rest
      })
    },
  }
}

export function withoutSecret({ accessKeyId, role, createdAt, description }: SavedKey): ListedKey {
  return { accessKeyId, role, createdAt, description }
}

function toSavedKey({ clock, random }: RingSys, request: NewKey): SavedKey {
  const { role, description = '', accessKeyId, secretAccessKey } = request
  if (!ROLES.includes(role)) throw invalid(`the role is one of ${ROLES.join(', ')}`)
  if (description.length > DESCRIPTION_CHARS_MAX)
    throw invalid(`the description is longer than ${DESCRIPTION_CHARS_MAX} characters`)
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined))
    throw invalid('an existing pair has both an access key id and a secret access key')
  if (accessKeyId !== undefined && !KEY_ID.test(accessKeyId))
    throw invalid('an access key id has 3 to 128 letters, digits, _, . or -')
  if (secretAccessKey !== undefined && !SECRET.test(secretAccessKey))
    throw invalid('a secret access key has 8 to 128 characters of ASCII without spaces')
  const pair: Pick<AccessKey, 'accessKeyId' | 'secretAccessKey'> = {
    accessKeyId: accessKeyId ?? makeAccessKeyId(random),
    secretAccessKey: secretAccessKey ?? makeSecretAccessKey(random),
  }
  return { ...pair, role, createdAt: new Date(clock.now()).toISOString(), description }
}

function invalid(message: string): HozonError {
  return new HozonError('HOZON_KEY_INVALID', message, { op: 'make access key' })
}

function exists({ accessKeyId }: SavedKey): HozonError {
  const hint = 'revoke it first: `hozon keys revoke`'
  const details = { op: 'make access key', target: accessKeyId, hint }
  return new HozonError('HOZON_KEY_EXISTS', 'there is such a key', details)
}

function tooMany(): HozonError {
  const hint = 'revoke some: `hozon keys list`'
  return new HozonError('HOZON_KEY_LIMIT', `there are ${KEYS_MAX} keys`, { op: 'make access key', hint })
}

function unknownKey(accessKeyId: string): HozonError {
  const details = { op: 'revoke access key', target: accessKeyId, hint: 'see `hozon keys list`' }
  return new HozonError('HOZON_KEY_UNKNOWN', 'there is no such key', details)
}
