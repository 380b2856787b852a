/**
 * `Content-Encoding: aws-chunked`: a body in chunks `<hex size>[;chunk-signature=<hex>]\r\n<bytes>\r\n`, the last of size 0, and behind
 * it trailing headers. Each signature covers the one before, so that no chunk can be changed, left out or moved.
 */
import { createHash, createHmac, timingSafeEqual, type Hash, type KeyObject } from 'node:crypto'
import { AwsError } from './errors.ts'

/** A size, a signature, and room for extensions that nobody sends. */
const LINE_BYTES_MAX = 1024
/** A checksum and its signature are some 200 bytes. */
const TRAILER_BYTES_MAX = 8 * 1024
const EMPTY_SHA256 = createHash('sha256').digest('hex')

/** What the signatures of chunks hang on. */
export interface ChunkSigner {
  signingKey: KeyObject
  timestamp: string
  /** `<date>/<region>/s3/aws4_request` */
  scope: string
  /** Of the request's head. */
  seed: string
}

export interface ChunkedOptions {
  /** Undefined: chunks are not signed. */
  signer: ChunkSigner | undefined
  /** Trailing headers may come, and must where the sender announced them. */
  hasTrailer: boolean
  /** Gets them once, before the end; latin1, names in lower case. */
  onTrailer: (trailer: ReadonlyMap<string, string>) => void
}

/** Yields what is in the chunks. Throws IncompleteBody, InvalidRequest, SignatureDoesNotMatch; bytes of a chunk come before its signature is known. */
export async function* decodeChunks(
  source: AsyncIterable<Buffer>,
  options: ChunkedOptions,
): AsyncGenerator<Buffer> {
  const decoder = new ChunkDecoder(options)
  for await (const bytes of source) {
    yield* decoder.take(bytes)
  }
  decoder.end()
}

class ChunkDecoder {
  readonly #options: ChunkedOptions
  #state: 'size' | 'data' | 'after data' | 'trailer' | 'done' = 'size'
  #pending = ''
  #left = 0
  #claimed = ''
  #previous: string
  #hash: Hash | undefined
  #trailer = new Map<string, string>()
  #trailerText = ''

  constructor(options: ChunkedOptions) {
    this.#options = options
    this.#previous = options.signer?.seed ?? ''
  }

  *take(bytes: Buffer): Generator<Buffer> {
    let at = 0
    while (at < bytes.length) {
      if (this.#state === 'data') {
        const data = bytes.subarray(at, at + this.#left)
        at += data.length
        this.#left -= data.length
        this.#hash?.update(data)
        yield data
        if (this.#left === 0) this.#state = 'after data'
        continue
      }
      const end = bytes.indexOf(10, at)
      this.#pending += bytes.toString('latin1', at, end < 0 ? bytes.length : end)
      if (this.#pending.length > (this.#state === 'trailer' ? TRAILER_BYTES_MAX : LINE_BYTES_MAX))
        throw malformed('a line of its framing is too long')
      if (end < 0) return
      at = end + 1
      const line = this.#pending.replace(/\r$/, '')
      this.#pending = ''
      this.#line(line)
    }
  }

  end(): void {
    // Some senders leave the last empty line out.
    if (this.#state === 'trailer' && this.#pending === '') this.#finish()
    if (this.#state !== 'done') throw incompleteBody()
  }

  #line(line: string): void {
    if (this.#state === 'size') return this.#begin(line)
    if (this.#state === 'after data') {
      if (line !== '') throw malformed('a chunk is longer than it says')
      this.#checkChunk()
      this.#state = 'size'
      return
    }
    if (this.#state === 'done') {
      if (line !== '') throw malformed('there is something behind its end')
      return
    }
    if (line === '') return this.#finish()
    const colon = line.indexOf(':')
    if (colon < 0) throw malformed('a trailing header has no colon')
    const name = line.slice(0, colon).trim().toLowerCase()
    const value = line.slice(colon + 1).trim()
    if (name !== 'x-amz-trailer-signature') this.#trailerText += `${name}:${value}\n`
    this.#trailer.set(name, value)
    if (this.#trailerText.length > TRAILER_BYTES_MAX) throw malformed('its trailing headers are too long')
  }

  #begin(line: string): void {
    const match = /^([0-9a-f]{1,12})\s*(?:;\s*(.*))?$/i.exec(line)
    if (match === null) throw malformed('a chunk has no size')
    this.#left = Number.parseInt(match[1]!, 16)
    this.#claimed = /(?:^|;)\s*chunk-signature=([0-9a-f]{64})/.exec(match[2] ?? '')?.[1] ?? ''
    this.#hash = this.#options.signer === undefined ? undefined : createHash('sha256')
    if (this.#left > 0) {
      this.#state = 'data'
      return
    }
    this.#checkChunk()
    this.#state = 'trailer'
  }

  #checkChunk(): void {
    const { signer } = this.#options
    if (signer === undefined) return
    const hash = this.#hash!.digest('hex')
    const text = `AWS4-HMAC-SHA256-PAYLOAD\n${signer.timestamp}\n${signer.scope}\n${this.#previous}\n${EMPTY_SHA256}\n${hash}`
    this.#check(signer, text, this.#claimed)
    this.#previous = this.#claimed
  }

  #finish(): void {
    const { signer, hasTrailer, onTrailer } = this.#options
    if (hasTrailer && signer !== undefined) {
      const hash = createHash('sha256').update(this.#trailerText, 'latin1').digest('hex')
      const text = `AWS4-HMAC-SHA256-TRAILER\n${signer.timestamp}\n${signer.scope}\n${this.#previous}\n${hash}`
      this.#check(signer, text, this.#trailer.get('x-amz-trailer-signature') ?? '')
    }
    this.#state = 'done'
    onTrailer(this.#trailer)
  }

  #check({ signingKey }: ChunkSigner, text: string, claimed: string): void {
    const computed = createHmac('sha256', signingKey).update(text, 'latin1').digest()
    if (/^[0-9a-f]{64}$/.test(claimed) && timingSafeEqual(computed, Buffer.from(claimed, 'hex'))) return
    throw new AwsError(
      'SignatureDoesNotMatch',
      'The chunk signature we calculated does not match the signature you provided.',
      { status: 403 },
    )
  }
}

export function incompleteBody(): AwsError {
  return new AwsError(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
  )
}

function malformed(what: string): AwsError {
  return new AwsError('InvalidRequest', `The aws-chunked body is malformed: ${what}`)
}
