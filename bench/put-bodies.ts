/** Bodies of PutRecordBatch with records of one size, and how a client signs requests that carry them. */
import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { applicationLog } from './application-log.ts'

export const RECORDS_PER_BATCH = 500

export interface PutBody {
  bytes: Buffer
  /** Of the records, decoded from base64. */
  recordBytes: number
  sha256: string
  /** The same body, encoded and hashed anew: what a client does whose bodies are not known before. */
  again: () => PutBody
}

export interface BodyOptions {
  stream: string
  /** Of one record with its newline, before compression. */
  recordBytes: number
  isGzip?: boolean
}

/** Different ones, so that nothing can be kept from one request to the next. */
const BODIES = 16

export function putBodies({ stream, recordBytes, isGzip = false }: BodyOptions): PutBody[] {
  const lines = linesOfLength(recordBytes)
  return Array.from({ length: BODIES }, () => {
    const records = Array.from({ length: RECORDS_PER_BATCH }, () => {
      const line = lines.next().value!
      return isGzip ? gzipSync(line) : line
    })
    return encode(stream, records)
  })
}

function encode(stream: string, records: readonly Buffer[]): PutBody {
  const Records = records.map((record) => ({ Data: record.toString('base64') }))
  const bytes = Buffer.from(JSON.stringify({ DeliveryStreamName: stream, Records }))
  const recordBytes = records.reduce((sum, { length }) => sum + length, 0)
  return { bytes, recordBytes, sha256: hash('sha256', bytes), again: () => encode(stream, records) }
}

/** Lines of the application log in the message of a JSON object that is filled up to the length. */
function* linesOfLength(bytes: number): Generator<Buffer> {
  let number = 0
  for (const block of applicationLog()) {
    for (const line of block.toString('latin1').split('\n')) {
      if (line === '') continue
      const head = `{"number":${number++},"level":"info","message":"`
      const text = line.replaceAll(/["\\{}]/g, ' ').repeat(Math.ceil(bytes / line.length))
      yield Buffer.from(`${head}${text.slice(0, bytes - head.length - 3)}"}\n`, 'latin1')
    }
  }
}

export interface Signer {
  accessKeyId: string
  secretAccessKey: string
  /** The host header. */
  host: string
}

const REGION = 'us-east-1'
const TYPE = 'application/x-amz-json-1.1'
const SIGNED = 'amz-sdk-invocation-id;content-type;host;x-amz-date;x-amz-target'
/** A new date, and with it a new key, at most so often: a client that keeps its signing key for the day does no more. */
const DATE_MS = 1000

/**
 * Heads of requests. Each has an invocation id of its own, so that none is a repetition. The hash of a body is worked out
 * once and not for each request: what is measured is the server, and not how fast a client hashes.
 */
export function headSigner({
  accessKeyId,
  secretAccessKey,
  host,
}: Signer): (target: string, body: PutBody) => string {
  let number = 0
  let signedMs = -Infinity
  let time = ''
  let scope = ''
  let key: KeyObject
  return (operation, { bytes, sha256 }) => {
    if (Date.now() - signedMs > DATE_MS) {
      signedMs = Date.now()
      time = `${new Date(signedMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
      scope = `${time.slice(0, 8)}/${REGION}/firehose/aws4_request`
      key = signingKey(secretAccessKey, scope)
    }
    const id = `${process.pid}-${number++}`
    const target = `Firehose_20150804.${operation}`
    const canonical = `POST\n/\n\namz-sdk-invocation-id:${id}\ncontent-type:${TYPE}\nhost:${host}\nx-amz-date:${time}\nx-amz-target:${target}\n\n${SIGNED}\n${sha256}`
    const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash('sha256', canonical)}`
    const signature = createHmac('sha256', key).update(text).digest('hex')
    return (
      `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Type: ${TYPE}\r\nX-Amz-Date: ${time}\r\nX-Amz-Target: ${target}\r\n` +
      `amz-sdk-invocation-id: ${id}\r\nAuthorization: AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${SIGNED}, Signature=${signature}\r\n` +
      `Content-Length: ${bytes.length}\r\n\r\n`
    )
  }
}

function signingKey(secret: string, scope: string): KeyObject {
  let key: string | Buffer = `AWS4${secret}`
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest()
  return createSecretKey(key as Buffer)
}
