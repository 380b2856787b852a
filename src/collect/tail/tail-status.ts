import type { SourceStatus } from '../source.ts'
import type { FollowedFile } from './followed-file.ts'

export function statusOf(followed: FollowedFile): SourceStatus {
  const { path, durable, stat, cutLines, lostBytes } = followed
  const lost = lostBytes > 0 ? `truncated with at least ${lostBytes} bytes unread` : undefined
  const message = followed.message ?? lost
  return {
    path,
    offset: durable.offset,
    size: followed.isGzip ? (followed.contentLength ?? durable.offset) : stat.size,
    state: stateOf(followed),
    cutLines,
    ...(message === undefined ? {} : { message }),
  }
}

function stateOf(followed: FollowedFile): SourceStatus['state'] {
  if (followed.isDenied) return 'denied'
  if (followed.isWaitingForRoom) return 'waiting'
  const isBehind = !followed.isGzip && followed.durable.offset < followed.stat.size
  if (followed.isUnlinked || (followed.isMoved && isBehind)) return 'draining'
  return isBehind ? 'reading' : 'following'
}
