/**
 * Large files: parts go up side by side, and nothing is visible before the last request, which carries the same
 * condition as a single put. Parts of an upload that was given up are removed; where even that fails, the bucket's
 * AbortIncompleteMultipartUpload rule has to (docs/formats/store.md).
 */
import type { CompletedPart } from '@aws-sdk/client-s3'
import { HozonError, assert } from '../base/errors.ts'
import { attempts } from './s3-attempts.ts'
import { rangeChecksum, withBody } from './s3-body.ts'
import type { S3Context } from './s3-context.ts'
import { nameOf, statusOf } from './s3-fault.ts'
import { describeUpload, isThere, refusesCondition, type S3Put } from './s3-upload.ts'

/** S3's limit; a file so large is sent in larger parts. */
const PARTS_MAX = 10_000
/** An upload that keeps being lost or disputed: give the caller its say. */
const RESTARTS_MAX = 3

interface Upload extends S3Put {
  id: string
}

export async function putInParts(context: S3Context, put: S3Put): Promise<'created' | 'exists'> {
  for (let restart = 0; ; restart++) {
    // Saves sending everything when an earlier attempt, perhaps of a killed process, has made it.
    if (await isTaken(context, put)) return 'exists'
    const upload = { ...put, id: await createUpload(context, put) }
    let outcome: 'created' | 'exists' | 'lost'
    try {
      outcome = await completeUpload(context, upload, await sendParts(context, upload))
    } catch (error) {
      await abortUpload(context, upload)
      throw error
    }
    if (outcome !== 'created') await abortUpload(context, upload)
    if (outcome !== 'lost') return outcome
    if (restart >= RESTARTS_MAX) throw lostError(put)
  }
}

function lostError({ bucket, key }: S3Put): HozonError {
  return new HozonError(
    'HOZON_STORE_UNAVAILABLE',
    'the multipart upload was lost or disputed again and again',
    {
      op: 'put object',
      target: `${bucket}/${key}`,
      retryable: true,
    },
  )
}

function callFor(
  { bucket, key }: S3Put,
  op: string,
  bytes = 0,
): { op: string; target: string; bytes: number } {
  return { op, target: `${bucket}/${key}`, bytes }
}

function isTaken(context: S3Context, put: S3Put): Promise<boolean> {
  return attempts(context, callFor(put, 'head object'), (signal) =>
    isThere(context, put.bucket, put.key, signal),
  )
}

async function createUpload(context: S3Context, put: S3Put): Promise<string> {
  const { sdk, client } = context
  const { UploadId } = await attempts(context, callFor(put, 'begin upload'), (abortSignal) =>
    client.send(
      new sdk.CreateMultipartUploadCommand({
        Bucket: put.bucket,
        Key: put.key,
        ChecksumAlgorithm: 'CRC32',
        ...describeUpload(put.options),
      }),
      { abortSignal },
    ),
  )
  assert(UploadId !== undefined, 'S3 began an upload without an id')
  return UploadId
}

/** In part order. The first part that fails for good stops the others. */
async function sendParts(context: S3Context, upload: Upload): Promise<CompletedPart[]> {
  const partBytes = Math.max(context.limits.partBytes, Math.ceil(upload.bytes / PARTS_MAX))
  const count = Math.ceil(upload.bytes / partBytes)
  const parts: CompletedPart[] = []
  let next = 0
  let failed = false
  const lane = async (): Promise<void> => {
    while (next < count && !failed) {
      const index = next++
      const range = {
        path: upload.path,
        from: index * partBytes,
        to: Math.min(upload.bytes, (index + 1) * partBytes),
      }
      try {
        parts[index] = await sendPart(context, upload, index + 1, range)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  const lanes = await Promise.allSettled(Array.from({ length: context.limits.partsParallel }, lane))
  const broken = lanes.find((result) => result.status === 'rejected')
  if (broken !== undefined) throw broken.reason
  return parts
}

async function sendPart(
  context: S3Context,
  upload: Upload,
  number: number,
  range: { path: string; from: number; to: number },
): Promise<CompletedPart> {
  const { sys, sdk, client } = context
  const bytes = range.to - range.from
  const checksum = await rangeChecksum(sys.files, range)
  const { ETag } = await attempts(context, callFor(upload, `put part ${number}`, bytes), (signal) =>
    withBody(sys.files, range, signal, (body, abortSignal) =>
      client.send(
        new sdk.UploadPartCommand({
          Bucket: upload.bucket,
          Key: upload.key,
          UploadId: upload.id,
          PartNumber: number,
          Body: body,
          ContentLength: bytes,
          ChecksumCRC32: checksum,
        }),
        { abortSignal },
      ),
    ),
  )
  return { PartNumber: number, ChecksumCRC32: checksum, ...(ETag === undefined ? {} : { ETag }) }
}

async function completeUpload(
  context: S3Context,
  upload: Upload,
  parts: CompletedPart[],
): Promise<'created' | 'exists' | 'lost'> {
  return attempts(context, callFor(upload, 'complete upload'), async (signal) => {
    if (context.support.ifNoneMatch) {
      const outcome = await sendComplete(context, upload, parts, true, signal)
      if (outcome !== 'unsupported') return outcome
    }
    if (await isThere(context, upload.bucket, upload.key, signal)) return 'exists'
    const outcome = await sendComplete(context, upload, parts, false, signal)
    context.support.ifNoneMatch = false
    return outcome === 'unsupported' ? 'lost' : outcome
  })
}

async function sendComplete(
  { sdk, client }: S3Context,
  { bucket, key, id }: Upload,
  parts: CompletedPart[],
  conditional: boolean,
  signal: AbortSignal,
): Promise<'created' | 'exists' | 'lost' | 'unsupported'> {
  try {
    await client.send(
      new sdk.CompleteMultipartUploadCommand({
        Bucket: bucket,
        Key: key,
        UploadId: id,
        MultipartUpload: { Parts: parts },
        ...(conditional ? { IfNoneMatch: '*' } : {}),
      }),
      { abortSignal: signal },
    )
    return 'created'
  } catch (error) {
    if (statusOf(error) === 412) return 'exists'
    // An answer of an earlier attempt may have been cut: the upload is gone since it succeeded. The next round looks.
    if (nameOf(error) === 'NoSuchUpload' || statusOf(error) === 409) return 'lost'
    if (conditional && refusesCondition(error)) return 'unsupported'
    throw error
  }
}

async function abortUpload(context: S3Context, { bucket, key, id }: Upload): Promise<void> {
  const { sdk, client, limits } = context
  const patience = {
    ...context,
    limits: { ...limits, deadlineMs: Math.min(limits.deadlineMs, limits.attemptTimeoutMs) },
  }
  try {
    await attempts(patience, { op: 'abort upload', target: `${bucket}/${key}` }, (abortSignal) =>
      client.send(new sdk.AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: id }), {
        abortSignal,
      }),
    )
  } catch {
    // It costs storage, not data, and the caller is to hear why the upload itself failed.
  }
}
