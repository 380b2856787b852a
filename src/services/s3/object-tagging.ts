import { missing } from './get-object.ts'
import type { S3Operation } from './operation.ts'
import { OBJECT_TAGS, tagsOfXml, tagsToXml } from './tags.ts'
import { refuseVersion } from './versions.ts'

export const GET_OBJECT_TAGGING: S3Operation = {
  name: 'GetObjectTagging',
  roles: ['read'],
  async handle(context, call) {
    refuseVersion(call.query)
    const object = await context.objects.head(call.bucket, call.key)
    if (object === undefined) throw await missing(context, call)
    return { xml: { root: 'Tagging', members: tagsToXml(object.tags ?? {}) } }
  },
}

export const PUT_OBJECT_TAGGING: S3Operation = {
  name: 'PutObjectTagging',
  roles: [],
  async handle(context, call) {
    refuseVersion(call.query)
    const tags = tagsOfXml(await call.body.xml(), OBJECT_TAGS)
    const described = await context.objects.describe(call.bucket, call.key, { tags }, () => {})
    if (described === undefined) throw await missing(context, call)
    return {}
  },
}

export const DELETE_OBJECT_TAGGING: S3Operation = {
  name: 'DeleteObjectTagging',
  roles: [],
  async handle(context, call) {
    refuseVersion(call.query)
    const described = await context.objects.describe(call.bucket, call.key, { tags: {} }, () => {})
    if (described === undefined) throw await missing(context, call)
    return { status: 204 }
  },
}
