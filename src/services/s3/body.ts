/**
 * The body of a request as a stream whose bytes are what the sender meant: taken out of aws-chunked, and at its end compared with every
 * digest that the sender gave. Who reads it to the end without an error has exactly those bytes.
 */
import { createHash } from 'node:crypto'
import { decodeChunks, incompleteBody, type ChunkSigner } from '../../aws/aws-chunked.ts'
import {
  CHECKSUM_ALGORITHMS,
  checksum,
  checksumHeader,
  isChecksumAlgorithm,
  type ChecksumAlgorithm,
} from '../../aws/checksums.ts'
import type { WireHeaders } from '../../aws/wire-request.ts'
import { malformedXml, readXml, type XmlElement } from '../../aws/xml.ts'
import type { HttpRequest } from '../../sys/http.ts'
import { RequestAborted } from '../request-body.ts'
import { invalidArgument, notImplemented, s3Error } from './errors.ts'

/** 10,000 parts with their checksums are 3 MB, 1000 keys of 1 KB less. */
const XML_BYTES_MAX = 4 * 1024 * 1024
/** S3's limit of one PUT; more comes as multipart upload. */
export const PUT_BYTES_MAX = 5 * 1024 ** 3

export interface Digests {
  /** Hex. */
  md5: string
  /** What the sender gave and what it is, base64. */
  checksum: { algorithm: ChecksumAlgorithm; value: string } | undefined
}

export interface GivenChecksum {
  algorithm: ChecksumAlgorithm
  value: string | undefined
}

export interface S3Body {
  /** How many there will be. */
  readonly bytes: number
  /** Did the sender give a digest of it? */
  readonly isGuarded: boolean
  chunks(): AsyncGenerator<Buffer>
  /** After chunks() has ended. */
  digests(): Digests
  /** The whole of it. Throws MalformedXML. */
  xml(): Promise<XmlElement>
  /** '' where there is none. */
  text(): Promise<string>
}

/** Throws what the headers alone say is wrong. `signer` is there for bodies whose chunks are signed; `expected` is compared at the end. */
export function openBody(
  request: HttpRequest,
  headers: WireHeaders,
  {
    payloadHash,
    signer,
    expected,
  }: { payloadHash: string; signer: ChunkSigner | undefined; expected: GivenChecksum | undefined },
): S3Body {
  const isChunked = payloadHash.startsWith('STREAMING-')
  const isSigned = payloadHash.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD')
  if (isChunked && !isSigned && payloadHash !== 'STREAMING-UNSIGNED-PAYLOAD-TRAILER')
    throw notImplemented(`x-amz-content-sha256: ${payloadHash.slice(0, 64)} is not implemented`)
  const contentMd5 = readContentMd5(headers)
  const length = isChunked ? decodedLength(headers) : contentLength(headers)
  let digests: Digests | undefined

  async function* chunks(): AsyncGenerator<Buffer> {
    const sum = expected === undefined ? undefined : checksum(expected.algorithm)
    const md5 = createHash('md5')
    const sha256 = /^[0-9a-f]{64}$/i.test(payloadHash) ? createHash('sha256') : undefined
    let trailer: ReadonlyMap<string, string> = new Map()
    const decoded = isChunked
      ? decodeChunks(bytesOf(request), {
          signer: isSigned ? signer : undefined,
          hasTrailer: payloadHash.endsWith('-TRAILER'),
          onTrailer: (given) => (trailer = given),
        })
      : bytesOf(request)
    let count = 0
    for await (const chunk of decoded) {
      count += chunk.length
      if (count > length) throw incompleteBody()
      sum?.update(chunk)
      md5.update(chunk)
      sha256?.update(chunk)
      yield chunk
    }
    if (count !== length) throw incompleteBody()
    if (sha256 !== undefined && sha256.digest('hex') !== payloadHash.toLowerCase())
      throw s3Error('XAmzContentSHA256Mismatch')
    const md5Bytes = md5.digest()
    if (contentMd5 !== undefined && !md5Bytes.equals(contentMd5)) throw s3Error('BadDigest')
    digests = { md5: md5Bytes.toString('hex'), checksum: undefined }
    if (expected === undefined || sum === undefined) return
    const { algorithm } = expected
    const given = expected.value ?? trailer.get(checksumHeader(algorithm))
    const value = sum.digest().toString('base64')
    if (given === undefined)
      throw s3Error('InvalidRequest', `The trailing ${checksumHeader(algorithm)} is missing`)
    if (given !== value)
      throw s3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`)
    digests = { ...digests, checksum: { algorithm, value } }
  }

  const whole = async (): Promise<string> => {
    if (length > XML_BYTES_MAX) throw malformedXml()
    const parts: Buffer[] = []
    for await (const chunk of chunks()) parts.push(chunk)
    return Buffer.concat(parts).toString('utf8')
  }
  return {
    bytes: length,
    isGuarded: contentMd5 !== undefined || expected !== undefined,
    chunks,
    digests() {
      if (digests === undefined) throw new Error('the body was not read to its end')
      return digests
    },
    text: whole,
    xml: async () => readXml(await whole()),
  }
}

/** Ends without destroying the connection: the answer is still to come. */
async function* bytesOf(request: HttpRequest): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) yield chunk as Buffer
  } catch (error) {
    if (request.destroyed || (error as { code?: string }).code === 'ECONNRESET')
      throw new RequestAborted('the sender closed the connection')
    throw error
  }
}

/** Which checksum the sender gives; without a value it comes behind the body. */
export function readChecksum(headers: WireHeaders): GivenChecksum | undefined {
  const given = CHECKSUM_ALGORITHMS.filter((algorithm) => headers.has(checksumHeader(algorithm)))
  if (given.length > 1)
    throw s3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    )
  const trailing = (headers.get('x-amz-trailer') ?? '')
    .split(',')
    .map((name) => /^x-amz-checksum-(.+)$/.exec(name.trim().toLowerCase())?.[1]?.toUpperCase() ?? '')
    .filter(isChecksumAlgorithm)
  const [algorithm] = given
  if (algorithm !== undefined) {
    const value = headers.get(checksumHeader(algorithm))!.trim()
    if (Buffer.from(value, 'base64').length !== checksum(algorithm).digest().length)
      throw s3Error('InvalidRequest', `Value for ${checksumHeader(algorithm)} header is invalid.`)
    return { algorithm, value }
  }
  return trailing[0] === undefined ? undefined : { algorithm: trailing[0], value: undefined }
}

function readContentMd5(headers: WireHeaders): Buffer | undefined {
  const text = headers.get('content-md5')
  if (text === undefined) return undefined
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length !== 16) throw s3Error('InvalidDigest', undefined, { 'Content-MD5': text })
  return bytes
}

function contentLength(headers: WireHeaders): number {
  if (headers.has('transfer-encoding')) throw s3Error('MissingContentLength')
  return Number(headers.get('content-length') ?? 0)
}

function decodedLength(headers: WireHeaders): number {
  const text = headers.get('x-amz-decoded-content-length')
  if (text === undefined) throw s3Error('MissingContentLength')
  if (!/^\d{1,15}$/.test(text)) throw invalidArgument('not a number', 'x-amz-decoded-content-length', text)
  return Number(text)
}
