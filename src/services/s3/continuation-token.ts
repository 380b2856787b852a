/** Where the next page of a listing begins: behind this name. Opaque to clients; nothing is kept for it, so it is good after a restart as well. */
import { invalidArgument } from './errors.ts'

export function writeToken(name: string): string {
  return `1${Buffer.from(name).toString('base64url')}`
}

export function readToken(token: string): string {
  const name = Buffer.from(token.slice(1), 'base64url').toString('utf8')
  if (name === '' || writeToken(name) !== token)
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token)
  return name
}
