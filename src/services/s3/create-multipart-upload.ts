import type { WireHeaders } from '../../aws/wire-request.ts'
import type { Upload } from '../../store/served-objects.ts'
import { noSuchBucket, s3Error } from './errors.ts'
import { readAlgorithm, readDescription } from './object-headers.ts'
import type { S3Operation } from './operation.ts'

export const CREATE_MULTIPART_UPLOAD: S3Operation = {
  name: 'CreateMultipartUpload',
  roles: ['ingest'],
  async handle({ objects }, { bucket, key, headers, accessKey }) {
    const description = readDescription(headers)
    const checksum = readChecksum(headers)
    if ((await objects.bucket(bucket)) === undefined) throw noSuchBucket(bucket)
    const { accessKeyId } = accessKey
    const given = { bucket, key, description, accessKeyId }
    const { id } = await objects.uploads.create(checksum === undefined ? given : { ...given, checksum })
    return {
      headers:
        checksum === undefined
          ? {}
          : { 'x-amz-checksum-algorithm': checksum.algorithm, 'x-amz-checksum-type': checksum.type },
      xml: { root: 'InitiateMultipartUploadResult', members: { Bucket: bucket, Key: key, UploadId: id } },
    }
  },
}

function readChecksum(headers: WireHeaders): Upload['checksum'] {
  const algorithm = readAlgorithm(headers)
  const type = headers.get('x-amz-checksum-type')
  if (algorithm === undefined) return undefined
  const isSha = algorithm.startsWith('SHA')
  const natural = algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE'
  if (type === undefined) return { algorithm, type: natural }
  const isPossible = (type === 'COMPOSITE' && algorithm !== 'CRC64NVME') || (type === 'FULL_OBJECT' && !isSha)
  if (!isPossible)
    throw s3Error(
      'InvalidRequest',
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    )
  return { algorithm, type: type as 'COMPOSITE' | 'FULL_OBJECT' }
}
