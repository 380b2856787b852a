import type { HttpRequest } from '../sys/http.ts'
import { HozonError } from '../base/errors.ts'
import { badRequest } from './routes.ts'

/** A query text and a few options; Athena's own limit on a query is 256 KiB. */
const BODY_BYTES_MAX = 1024 * 1024

/** Query string and JSON body as one; the body wins. */
export async function readParams(request: HttpRequest): Promise<Record<string, unknown>> {
  const query = new URLSearchParams((request.url ?? '').split('?')[1] ?? '')
  return { ...Object.fromEntries(query), ...(await readJsonBody(request)) }
}

async function readJsonBody(request: HttpRequest): Promise<Record<string, unknown>> {
  const body = await readBody(request)
  if (body.length === 0) return {}
  const value = parseJson(body)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badRequest('the body must be a JSON object')
  return { ...value }
}

async function readBody(request: HttpRequest): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length
    if (bytes > BODY_BYTES_MAX) {
      const message = `the body is larger than ${BODY_BYTES_MAX} bytes`
      throw new HozonError('HOZON_REQUEST_TOO_LARGE', message, { op: 'read request' })
    }
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw badRequest('the body is not JSON')
  }
}
