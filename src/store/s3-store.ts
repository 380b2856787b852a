/** AWS S3 and servers that speak its protocol. What is sent, and what a server must be able to do: docs/formats/store.md. */
import type { Readable } from 'node:stream'
import type { GetObjectCommandOutput, HeadObjectCommandOutput } from '@aws-sdk/client-s3'
import { assert, HozonError } from '../base/errors.ts'
import type { Sys } from '../sys/sys.ts'
import { decodeMetadata } from './header-text.ts'
import { checkBucketName, checkKey } from './object-key.ts'
import { attempts } from './s3-attempts.ts'
import { openS3Bucket, PROBE_KEY } from './s3-bucket.ts'
import { DEFAULT_S3_LIMITS, type S3Context, type S3Limits } from './s3-context.ts'
import { statusOf } from './s3-fault.ts'
import { putIntoS3 } from './s3-put.ts'
import type { ObjectHead, ObjectInfo, PutOptions, Store } from './store.ts'

/** S3's own limit for one page. */
const LIST_PAGE_KEYS = 1000
/** Enough for the parts of several uploads; a server that allows fewer connections answers SlowDown. */
const SOCKETS_MAX = 64

const UNREACHED_HINT =
  'see that the store runs and that this machine reaches it; its address is store.s3.endpoint in the pipeline file'

/** Else the SDK writes to the console whenever a put fails that we try again. What matters is in our errors. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} }

export interface S3StoreOptions {
  /** Undefined: AWS. */
  endpoint?: string
  /** Undefined: as the AWS SDK finds it (AWS_REGION, the profile); `us-east-1` where an endpoint is given. */
  region?: string
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`. */
  pathStyle?: boolean
  /** Undefined: the AWS way (environment, profile, web identity, container or instance role). */
  credentials?: { accessKeyId: string; secretAccessKey: string }
  limits?: Partial<S3Limits>
}

export async function openS3Store(sys: Sys, options: S3StoreOptions): Promise<Store> {
  const sdk = await import('@aws-sdk/client-s3')
  const limits = { ...DEFAULT_S3_LIMITS, ...options.limits }
  const { endpoint, credentials } = options
  const region = options.region ?? (endpoint === undefined ? undefined : 'us-east-1')
  const client = new sdk.S3Client({
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    ...(credentials === undefined ? {} : { credentials }),
    forcePathStyle: options.pathStyle ?? false,
    maxAttempts: 1,
    logger: SILENT,
    // We send a CRC-32 with every body; the SDK's own would travel in a trailer, which many servers do not understand.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: limits.connectTimeoutMs,
      socketTimeout: limits.idleTimeoutMs,
      httpAgent: { maxSockets: SOCKETS_MAX, keepAlive: true },
      httpsAgent: { maxSockets: SOCKETS_MAX, keepAlive: true },
    },
  })
  const closing = new AbortController()
  const support = { ifNoneMatch: true }
  const context = { sys, sdk, client, limits, closing: closing.signal, support }
  return new S3Store(context, closing, endpoint ?? `https://s3.${region ?? 'region'}.amazonaws.com`)
}

class S3Store implements Store {
  readonly location: string
  readonly #context: S3Context
  readonly #closing: AbortController

  constructor(context: S3Context, closing: AbortController, location: string) {
    this.#context = context
    this.#closing = closing
    this.location = location
  }

  async openBucket(bucket: string): Promise<void> {
    checkBucketName('open bucket', bucket)
    try {
      await openS3Bucket(this.#context, bucket)
    } catch (error) {
      throw error instanceof HozonError ? withPlace(error, `${this.location}/${bucket}`) : error
    }
  }

  async buckets(): Promise<string[]> {
    const { sdk, client } = this.#context
    const { location } = this
    const output = await attempts(this.#context, { op: 'list buckets', target: location }, (abortSignal) =>
      client.send(new sdk.ListBucketsCommand({}), { abortSignal }),
    )
    return (output.Buckets ?? []).flatMap(({ Name }) => Name ?? []).sort()
  }

  async putFile(
    bucket: string,
    key: string,
    path: string,
    options: PutOptions,
  ): Promise<'created' | 'exists'> {
    checkBucketName('put object', bucket)
    checkKey('put object', key)
    return putIntoS3(this.#context, { bucket, key, path, options })
  }

  async head(bucket: string, key: string): Promise<ObjectHead | undefined> {
    checkBucketName('head object', bucket)
    checkKey('head object', key)
    const { sdk, client } = this.#context
    const call = { op: 'head object', target: `${bucket}/${key}` }
    return attempts(this.#context, call, async (abortSignal) => {
      try {
        const output = await client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: key }), {
          abortSignal,
        })
        return toHead(key, output)
      } catch (error) {
        if (statusOf(error) === 404) return undefined
        throw error
      }
    })
  }

  async getFile(bucket: string, key: string, path: string, signal?: AbortSignal): Promise<void> {
    checkBucketName('get object', bucket)
    checkKey('get object', key)
    const { sdk, client } = this.#context
    // What it will weigh is not known before the answer: give it the time of a large one.
    const call = {
      op: 'get object',
      target: `${bucket}/${key}`,
      bytes: this.#context.limits.multipartBytesMin,
      ...(signal === undefined ? {} : { signal }),
    }
    try {
      await attempts(this.#context, call, async (abortSignal) => {
        const output = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: key }), {
          abortSignal,
        })
        await this.#save(output, path, abortSignal)
      })
    } catch (error) {
      await this.#context.sys.files.remove(path)
      throw error
    }
  }

  localPath(): undefined {
    return undefined
  }

  async *list(bucket: string, prefix: string): AsyncGenerator<ObjectInfo> {
    checkBucketName('list objects', bucket)
    const { sdk, client } = this.#context
    const call = { op: 'list objects', target: `${bucket}/${prefix}` }
    let token: string | undefined
    do {
      const more = token === undefined ? {} : { ContinuationToken: token }
      const page = { Bucket: bucket, Prefix: prefix, MaxKeys: LIST_PAGE_KEYS, ...more }
      const output = await attempts(this.#context, call, (abortSignal) =>
        client.send(new sdk.ListObjectsV2Command(page), { abortSignal }),
      )
      for (const { Key, Size, ETag, LastModified } of output.Contents ?? []) {
        assert(Key !== undefined, 'S3 listed an object without a key')
        if (Key === PROBE_KEY) continue
        yield {
          key: Key,
          bytes: Size ?? 0,
          etag: unquoted(ETag),
          lastModifiedMs: LastModified?.getTime() ?? 0,
        }
      }
      token = output.IsTruncated === true ? output.NextContinuationToken : undefined
    } while (token !== undefined)
  }

  async remove(bucket: string, key: string): Promise<void> {
    checkBucketName('remove object', bucket)
    checkKey('remove object', key)
    const { sdk, client } = this.#context
    await attempts(this.#context, { op: 'remove object', target: `${bucket}/${key}` }, (abortSignal) =>
      client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key }), { abortSignal }),
    )
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#context.client.destroy()
  }

  /** From the start at every attempt; the SDK checks the checksum where the server sends one. */
  async #save(output: GetObjectCommandOutput, path: string, signal: AbortSignal): Promise<void> {
    const body = output.Body as Readable | undefined
    assert(body !== undefined, 'S3 answered without a body')
    // The connection may be cut before the loop below listens; without a listener that would end the process. The loop
    // meets the error all the same.
    body.on('error', () => {})
    const stop = (): void => void body.destroy(new Error('the attempt was ended'))
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    try {
      const file = await this.#context.sys.files.open(path, 'create')
      try {
        let bytes = 0
        for await (const chunk of body as AsyncIterable<Buffer>) {
          await file.write([chunk], bytes)
          bytes += chunk.length
        }
        if (output.ContentLength !== undefined && bytes !== output.ContentLength)
          throw new Error(`the answer ended after ${bytes} of ${output.ContentLength} bytes`)
      } finally {
        await file.close()
      }
    } finally {
      signal.removeEventListener('abort', stop)
      body.destroy()
    }
  }
}

/** A store that can not be reached: where it was looked for is what a person needs to know. */
function withPlace(error: HozonError, target: string): HozonError {
  const { code, message, op, hint = UNREACHED_HINT, retryable, cause } = error
  if (code !== 'HOZON_STORE_UNAVAILABLE') return error
  return new HozonError(code, message, { op, target, hint, retryable, cause })
}

function toHead(key: string, output: HeadObjectCommandOutput): ObjectHead {
  return {
    key,
    bytes: output.ContentLength ?? 0,
    etag: unquoted(output.ETag),
    lastModifiedMs: output.LastModified?.getTime() ?? 0,
    contentType: output.ContentType,
    contentEncoding: output.ContentEncoding,
    metadata: decodeMetadata(output.Metadata ?? {}),
  }
}

function unquoted(etag: string | undefined): string {
  return (etag ?? '').replaceAll('"', '')
}
