/**
 * Places in buckets as users write them: `s3://bucket/folder/`. Hive and Spark also write s3a and s3n: names of their clients
 * for the same places, which are read wherever s3 is.
 */
export interface S3Location {
  bucket: string
  /** Empty or with a `/` at its end. */
  prefix: string
}

export interface S3Object {
  bucket: string
  key: string
}

const URI = /^s3[an]?:\/\/([^/]+)(?:\/(.*))?$/s

/**
 * Undefined: not `s3://bucket` or `s3://bucket/key`. The key is as it is written: `s3://b//a` is `/a`, which is another
 * object than `a`.
 */
export function parseObjectUri(text: string): S3Object | undefined {
  const [, bucket, key = ''] = URI.exec(text) ?? []
  return bucket === undefined ? undefined : { bucket, key }
}

/** A folder, with or without the `/` at its end. */
export function parseS3Location(text: string): S3Location | undefined {
  const found = parseObjectUri(text)
  if (found === undefined) return undefined
  const { bucket, key } = found
  return { bucket, prefix: key === '' || key.endsWith('/') ? key : `${key}/` }
}

export function printS3Location({ bucket, prefix }: S3Location): string {
  return `s3://${bucket}/${prefix}`
}

export function printObjectUri({ bucket, key }: S3Object): string {
  return `s3://${bucket}/${key}`
}
