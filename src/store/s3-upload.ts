/** What single and multipart uploads have in common. */
import { encodeMetadata } from './header-text.ts'
import type { S3Context } from './s3-context.ts'
import { nameOf, statusOf } from './s3-fault.ts'
import type { PutOptions } from './store.ts'

export interface S3Put {
  bucket: string
  key: string
  path: string
  bytes: number
  options: PutOptions
}

/** The put without the condition shows whether it was the condition that the server refused. */
export function refusesCondition(error: unknown): boolean {
  const status = statusOf(error)
  if (status === 501) return true
  return (
    status === 400 &&
    ['NotImplemented', 'InvalidArgument', 'InvalidRequest', 'BadRequest'].includes(nameOf(error))
  )
}

export async function isThere(
  { sdk, client }: S3Context,
  bucket: string,
  key: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal })
    return true
  } catch (error) {
    if (statusOf(error) === 404) return false
    throw error
  }
}

export function describeUpload(options: PutOptions): {
  ContentType: string
  ContentEncoding?: string
  Metadata: Record<string, string>
} {
  return {
    ContentType: options.contentType,
    ...(options.contentEncoding === undefined ? {} : { ContentEncoding: options.contentEncoding }),
    Metadata: encodeMetadata(options.metadata),
  }
}
