/**
 * Live tail over HTTP, a JSON object per line:
 *   {"line":"…"}                     a line as it became durable
 *   {"line":"…","rejected":"why"}    one that goes to the error prefix
 *   {"dropped":12}                   the reader was too slow; 12 lines are not shown here (nothing is lost elsewhere)
 */
import type { HttpResponse } from '../sys/http.ts'
import type { ServerApi } from './server-api.ts'

/** In memory per reader. A reader behind by this much sees gaps instead of holding up the writer. */
const PENDING_BYTES_MAX = 1024 * 1024
/** A record without a line feed (raw streams) is shown up to here. */
const PARTIAL_BYTES_MAX = 256 * 1024
/** See format/parsers/parser.ts. */
const REJECT_MARK = '\u0015'

type Sink = Pick<HttpResponse, 'write' | 'writableLength'>

/** Runs until the reader goes away or the server stops. */
export function streamTail(api: ServerApi, stream: string, response: HttpResponse): Promise<void> {
  const feed = tailFeed(response)
  // Throws for an unknown stream, before anything was sent.
  const tail = api.tail(stream, (lines) => feed.onLines(lines))
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' })
  response.flushHeaders()
  response.on('drain', () => feed.onDrain())
  return new Promise((resolve) => {
    response.once('close', () => {
      tail.stop()
      resolve()
    })
  })
}

export function tailFeed(sink: Sink): { onLines(lines: Buffer): void; onDrain(): void } {
  let partial = ''
  let dropped = 0
  const decoder = new TextDecoder()

  const tellDropped = (): void => {
    if (dropped > 0) sink.write(`{"dropped":${dropped}}\n`)
    dropped = 0
  }
  return {
    onLines(lines) {
      const parts = (partial + decoder.decode(lines, { stream: true })).split('\n')
      partial = (parts.pop() ?? '').slice(0, PARTIAL_BYTES_MAX)
      if (sink.writableLength > PENDING_BYTES_MAX) {
        dropped += parts.length
        return
      }
      tellDropped()
      // One block may be larger than the whole budget: its end is what a live view is for.
      let bytes = 0
      let first = parts.length
      while (first > 0 && bytes <= PENDING_BYTES_MAX) bytes += parts[--first]!.length
      dropped += first
      tellDropped()
      if (first < parts.length) sink.write(parts.slice(first).map(frame).join(''))
    },
    onDrain: tellDropped,
  }
}

function frame(line: string): string {
  if (!line.startsWith(REJECT_MARK)) return `${JSON.stringify({ line })}\n`
  const end = line.indexOf(REJECT_MARK, 1)
  return `${JSON.stringify({ line: line.slice(end + 1), rejected: line.slice(1, end) })}\n`
}
