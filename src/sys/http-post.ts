/** The seam to HTTP endpoints of users: a POST to an http or https URL, and the whole answer within a limit. */
import { request as requestHttp, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'

export interface HttpPost {
  /** With a user and a password in it they are sent as Basic authorization. */
  url: URL
  headers: Record<string, string>
  body: Buffer
  /** Cuts the call, whatever it is doing. */
  signal: AbortSignal
  answerBytesMax: number
}

export interface HttpPosted {
  status: number
  headers: IncomingHttpHeaders
  /** undefined: it was longer than the limit, and the connection was cut there. */
  body: Buffer | undefined
}

/** Redirects are not followed. Rejects with Node's system error (ECONNREFUSED …), or with the signal's reason. */
export type PostHttp = (post: HttpPost) => Promise<HttpPosted>

export const realPostHttp: PostHttp = async (post) => {
  const response = await send(post)
  const body = await readWithin(response, post.answerBytesMax)
  return { status: response.statusCode ?? 0, headers: response.headers, body }
}

function send({ url, headers, body, signal }: HttpPost): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    // A connection of its own: calls are seconds apart, and one that was kept may have been closed meanwhile.
    const options = {
      method: 'POST',
      headers: { ...headers, 'content-length': body.length },
      agent: false,
      signal,
    }
    request(url, options, resolve).once('error', reject).end(body)
  })
}

async function readWithin(response: IncomingMessage, bytesMax: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length
    // Leaving the loop destroys the response, and its connection with it.
    if (bytes > bytesMax) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
