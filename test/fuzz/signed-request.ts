/** Requests as bytes, signed by this file alone: the server's own code must not decide what is right. */
import { createHmac, hash } from 'node:crypto'

export interface Signer {
  accessKeyId: string
  secret: string
  /** The host header. */
  host: string
}

export interface RequestParts {
  method?: string
  path?: string
  operation: string
  body: Buffer
  /** In the order given, behind those that are always there. */
  headers?: readonly (readonly [name: string, value: string])[]
}

const SERVICE = 'firehose'
const REGION = 'eu-west-1'
const TERM = 'aws4_request'

const signingKeys = new Map<string, Buffer>()

function signingKey(secret: string, date: string): Buffer {
  const known = signingKeys.get(secret + date)
  if (known !== undefined) return known
  let key: string | Buffer = `AWS4${secret}`
  for (const part of [date, REGION, SERVICE, TERM]) key = createHmac('sha256', key).update(part).digest()
  signingKeys.set(secret + date, key as Buffer)
  return key as Buffer
}

/** YYYYMMDDTHHMMSSZ */
export function basicTimeNow(offsetMs = 0): string {
  return `${new Date(Date.now() + offsetMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
}

export interface SignedParts {
  method: string
  path: string
  /** All but Content-Length, which says how the body is sent. */
  headers: [name: string, value: string][]
  body: Buffer
}

export function sign(
  { accessKeyId, secret, host }: Signer,
  { method = 'POST', path = '/', operation, body, headers = [] }: RequestParts,
  time = basicTimeNow(),
): SignedParts {
  const target = `Firehose_20150804.${operation}`
  const scope = `${time.slice(0, 8)}/${REGION}/${SERVICE}/${TERM}`
  const names = 'content-type;host;x-amz-date;x-amz-target'
  const type = 'application/x-amz-json-1.1'
  const canonical = `${method}\n${path}\n\ncontent-type:${type}\nhost:${host}\nx-amz-date:${time}\nx-amz-target:${target}\n\n${names}\n${hash('sha256', body)}`
  const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash('sha256', canonical)}`
  const signature = createHmac('sha256', signingKey(secret, time.slice(0, 8)))
    .update(text)
    .digest('hex')
  return {
    method,
    path,
    headers: [
      ['Host', host],
      ['Content-Type', type],
      ['X-Amz-Date', time],
      ['X-Amz-Target', target],
      [
        'Authorization',
        `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
      ],
      ...(headers as [string, string][]),
    ],
    body,
  }
}

/** With the length that it has. Header values are taken as bytes. */
export function toWire(request: SignedParts): Buffer {
  return Buffer.concat([headOf(request, [['Content-Length', String(request.body.length)]]), request.body])
}

export function headOf(
  { method, path, headers }: SignedParts,
  more: readonly (readonly [string, string])[] = [],
): Buffer {
  const lines = [...headers, ...more].map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1')
}
