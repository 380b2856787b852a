/** What the operations of multipart uploads have in common. */
import { CHECKSUM_ALGORITHMS, checksumHeader, isChecksumAlgorithm } from '../../aws/checksums.ts'
import type { Upload } from '../../store/served-objects.ts'
import { invalidArgument, noSuchBucket, s3Error } from './errors.ts'
import type { S3Call, S3Context } from './operation.ts'

export const PARTS_MAX = 10_000

export async function findUpload({ objects }: S3Context, { bucket, key, query }: S3Call): Promise<Upload> {
  const id = query.get('uploadId') ?? ''
  const upload = await objects.uploads.find(bucket, key, id)
  if (upload !== undefined) return upload
  if ((await objects.bucket(bucket)) === undefined) throw noSuchBucket(bucket)
  throw s3Error('NoSuchUpload', undefined, { UploadId: id })
}

export function readPartNumber(query: ReadonlyMap<string, string>): number {
  const text = query.get('partNumber') ?? ''
  const number = Number(text)
  if (!/^\d{1,5}$/.test(text) || number < 1 || number > PARTS_MAX)
    throw invalidArgument(
      `Part number must be an integer between 1 and ${PARTS_MAX}, inclusive`,
      'partNumber',
      text,
    )
  return number
}

/** The names that a request or a part gives its checksum by, as in the XML: `ChecksumCRC32`. */
export const CHECKSUM_MEMBERS = CHECKSUM_ALGORITHMS.map((algorithm) => ({
  algorithm,
  member: `Checksum${algorithm}`,
  header: checksumHeader(algorithm),
}))

/** Of an upload whose sender announced another algorithm nothing could be computed at its end. */
export function refuseOtherAlgorithm(upload: Upload, algorithm: string | undefined): void {
  const { checksum } = upload
  if (checksum === undefined || algorithm === undefined || algorithm === checksum.algorithm) return
  if (!isChecksumAlgorithm(algorithm)) return
  throw s3Error(
    'InvalidRequest',
    `Checksum Type mismatch occurred, expected checksum Type: ${checksum.algorithm.toLowerCase()}, actual checksum Type: ${algorithm.toLowerCase()}`,
  )
}
