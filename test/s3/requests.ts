/** Requests for S3 made by hand: signed by AWS's own signer, sent as they are. */
import { createHash } from 'node:crypto'
import { request as requestNode, type IncomingHttpHeaders } from 'node:http'
import { SignatureV4 } from '@smithy/signature-v4'
import type { Role } from '../../src/aws/service.ts'
import { Sha256 } from '../../src/aws/testing/sha256.ts'
import { keyOf, REGION } from './served.ts'

export interface RawRequest {
  method?: string
  /** As it is to be sent: encoded. */
  path: string
  query?: Record<string, string>
  headers?: Record<string, string>
  body?: Buffer | string
}

export interface RawAnswer {
  status: number
  headers: IncomingHttpHeaders
  body: string
  /** `<Code>` of an error. */
  code: string | undefined
}

export interface SignOptions {
  role?: Role
  nowMs?: number
  /** What stands for the body's hash. */
  payload?: string
  expiresIn?: number
}

const signerOf = (role: Role): SignatureV4 =>
  new SignatureV4({
    credentials: keyOf(role),
    region: REGION,
    service: 's3',
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  })

const whole = (port: number, { method = 'GET', path, query = {}, headers = {}, body = '' }: RawRequest) => ({
  protocol: 'http:',
  hostname: '127.0.0.1',
  port,
  method,
  path,
  query,
  headers: { host: `127.0.0.1:${port}`, ...headers },
  body: Buffer.from(body),
})

export async function signed(
  port: number,
  raw: RawRequest,
  { role = 'admin', nowMs = Date.now(), payload }: SignOptions = {},
): Promise<RawRequest> {
  const hash =
    payload ??
    createHash('sha256')
      .update(raw.body ?? '')
      .digest('hex')
  const request = whole(port, { ...raw, headers: { ...raw.headers, 'x-amz-content-sha256': hash } })
  const { headers } = await signerOf(role).sign(request, { signingDate: new Date(nowMs) })
  return { ...raw, headers }
}

export async function presigned(
  port: number,
  raw: RawRequest,
  { role = 'admin', nowMs = Date.now(), expiresIn = 60 }: SignOptions = {},
): Promise<RawRequest> {
  // As the SDK's own presigner does.
  const unsigned = { ...raw.headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }
  const { headers, query } = await signerOf(role).presign(whole(port, { ...raw, headers: unsigned }), {
    signingDate: new Date(nowMs),
    expiresIn,
  })
  return { ...raw, headers, query: query as Record<string, string> }
}

export function send(
  port: number,
  { method = 'GET', path, query = {}, headers = {}, body }: RawRequest,
): Promise<RawAnswer> {
  const search = Object.entries(query)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&')
  const target = search === '' ? path : `${path}?${search}`
  return new Promise((resolve, reject) => {
    const length =
      headers['content-length'] ?? headers['transfer-encoding'] ?? String(Buffer.byteLength(body ?? ''))
    const sent = 'transfer-encoding' in headers ? headers : { ...headers, 'content-length': length }
    const request = requestNode(
      { host: '127.0.0.1', port, method, path: target, headers: sent, agent: false },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: text,
            code: /<Code>(.*?)<\/Code>/.exec(text)?.[1],
          }),
        )
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}
