/** If-Match and its siblings, for reading and for writing. */
import type { AccessKey } from '../../aws/service.ts'
import type { WireHeaders } from '../../aws/wire-request.ts'
import type { Condition, ServedObject } from '../../store/served-objects.ts'
import { noSuchKey, notImplemented, preconditionFailed, s3Error } from './errors.ts'

/** Throws PreconditionFailed. 'not modified': the reader has it already. `prefix` is there for the source of a copy. */
export function checkRead(
  { etag, lastModifiedMs }: ServedObject,
  headers: WireHeaders,
  prefix: '' | 'x-amz-copy-source-' = '',
): 'send' | 'not modified' {
  const header = (name: string): string | undefined => headers.get(prefix + name)
  const modifiedSeconds = Math.floor(lastModifiedMs / 1000)
  const match = header('if-match')
  const noneMatch = header('if-none-match')
  const unmodified = secondsOf(header('if-unmodified-since'))
  const modified = secondsOf(header('if-modified-since'))
  if (match !== undefined ? !isListed(match, etag) : unmodified !== undefined && modifiedSeconds > unmodified)
    throw preconditionFailed(match === undefined ? 'If-Unmodified-Since' : 'If-Match')
  const isKnown =
    noneMatch === undefined
      ? modified !== undefined && modifiedSeconds <= modified
      : isListed(noneMatch, etag)
  if (!isKnown) return 'send'
  if (prefix !== '') throw preconditionFailed(noneMatch === undefined ? 'If-Modified-Since' : 'If-None-Match')
  return 'not modified'
}

/** What must be true of the present object so that this request may take its place. */
export function writeCondition(key: string, headers: WireHeaders, accessKey: AccessKey): Condition {
  const match = headers.get('if-match')
  const noneMatch = headers.get('if-none-match')
  if (noneMatch !== undefined && noneMatch.trim() !== '*')
    throw notImplemented(
      'A header you provided implies functionality that is not implemented: If-None-Match takes * only',
    )
  return (present) => {
    if (noneMatch !== undefined && present !== undefined) throw preconditionFailed('If-None-Match')
    if (match !== undefined && present === undefined) throw noSuchKey(key)
    if (match !== undefined && !isListed(match, present!.etag)) throw preconditionFailed('If-Match')
    if (present !== undefined && accessKey.role === 'ingest')
      throw s3Error('AccessDenied', 'A key with the role ingest adds objects and does not replace any')
  }
}

/** As AWS: what is gone already needs no deletion. */
export function deleteCondition(headers: WireHeaders, etag = headers.get('if-match')): Condition {
  return (present) => {
    if (etag !== undefined && present !== undefined && !isListed(etag, present.etag))
      throw preconditionFailed('If-Match')
  }
}

function isListed(list: string, etag: string): boolean {
  return list
    .split(',')
    .map((one) =>
      one
        .trim()
        .replace(/^W\//, '')
        .replace(/^"(.*)"$/, '$1'),
    )
    .some((one) => one === '*' || one === etag)
}

/** A date that is none is ignored, as HTTP wants it. */
function secondsOf(date: string | undefined): number | undefined {
  const ms = date === undefined ? Number.NaN : Date.parse(date)
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000)
}
