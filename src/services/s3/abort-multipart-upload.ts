import type { S3Operation } from './operation.ts'
import { findUpload } from './upload.ts'

export const ABORT_MULTIPART_UPLOAD: S3Operation = {
  name: 'AbortMultipartUpload',
  roles: ['ingest'],
  async handle(context, call) {
    await context.objects.uploads.remove(await findUpload(context, call))
    return { status: 204 }
  },
}
