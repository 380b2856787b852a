/** Which request is which operation: by method, by what it is sent to, and by a parameter of the query or a header. */
import { ABORT_MULTIPART_UPLOAD } from './abort-multipart-upload.ts'
import { CREATE_BUCKET, DELETE_BUCKET, GET_BUCKET_LOCATION, HEAD_BUCKET, LIST_BUCKETS } from './buckets.ts'
import { DELETE_BUCKET_TAGGING, GET_BUCKET_TAGGING, PUT_BUCKET_TAGGING } from './bucket-tagging.ts'
import { COMPLETE_MULTIPART_UPLOAD } from './complete-multipart-upload.ts'
import { COPY_OBJECT } from './copy-object.ts'
import { CREATE_MULTIPART_UPLOAD } from './create-multipart-upload.ts'
import { DELETE_OBJECT, DELETE_OBJECTS } from './delete-object.ts'
import { notImplemented, s3Error } from './errors.ts'
import { GET_OBJECT_ATTRIBUTES } from './get-object-attributes.ts'
import { GET_OBJECT, HEAD_OBJECT } from './get-object.ts'
import { LIST_OBJECTS, LIST_OBJECTS_V2, LIST_OBJECT_VERSIONS } from './list-objects.ts'
import { LIST_MULTIPART_UPLOADS, LIST_PARTS } from './list-uploads.ts'
import { DELETE_OBJECT_TAGGING, GET_OBJECT_TAGGING, PUT_OBJECT_TAGGING } from './object-tagging.ts'
import type { S3Operation } from './operation.ts'
import { PUT_OBJECT } from './put-object.ts'
import { unconfigured } from './unconfigured.ts'
import { UPLOAD_PART, UPLOAD_PART_COPY } from './upload-part.ts'

type Scope = 'service' | 'bucket' | 'object'

interface Route {
  method: string
  scope: Scope
  /** Must be there; `list-type=2`: with this value. */
  query?: string
  header?: string
  operation: S3Operation
}

const COPY = 'x-amz-copy-source'

/** The first that fits. */
const ROUTES: readonly Route[] = [
  { method: 'GET', scope: 'service', operation: LIST_BUCKETS },

  { method: 'GET', scope: 'bucket', query: 'location', operation: GET_BUCKET_LOCATION },
  { method: 'GET', scope: 'bucket', query: 'tagging', operation: GET_BUCKET_TAGGING },
  { method: 'GET', scope: 'bucket', query: 'uploads', operation: LIST_MULTIPART_UPLOADS },
  { method: 'GET', scope: 'bucket', query: 'versions', operation: LIST_OBJECT_VERSIONS },
  ...unconfigured('bucket').map((one): Route => ({ method: 'GET', scope: 'bucket', ...one })),
  { method: 'GET', scope: 'bucket', query: 'list-type=2', operation: LIST_OBJECTS_V2 },
  { method: 'GET', scope: 'bucket', operation: LIST_OBJECTS },
  { method: 'HEAD', scope: 'bucket', operation: HEAD_BUCKET },
  { method: 'PUT', scope: 'bucket', query: 'tagging', operation: PUT_BUCKET_TAGGING },
  { method: 'PUT', scope: 'bucket', operation: CREATE_BUCKET },
  { method: 'DELETE', scope: 'bucket', query: 'tagging', operation: DELETE_BUCKET_TAGGING },
  { method: 'DELETE', scope: 'bucket', operation: DELETE_BUCKET },
  { method: 'POST', scope: 'bucket', query: 'delete', operation: DELETE_OBJECTS },

  { method: 'GET', scope: 'object', query: 'attributes', operation: GET_OBJECT_ATTRIBUTES },
  { method: 'GET', scope: 'object', query: 'tagging', operation: GET_OBJECT_TAGGING },
  { method: 'GET', scope: 'object', query: 'uploadId', operation: LIST_PARTS },
  ...unconfigured('object').map((one): Route => ({ method: 'GET', scope: 'object', ...one })),
  { method: 'GET', scope: 'object', operation: GET_OBJECT },
  { method: 'HEAD', scope: 'object', operation: HEAD_OBJECT },
  { method: 'PUT', scope: 'object', query: 'tagging', operation: PUT_OBJECT_TAGGING },
  { method: 'PUT', scope: 'object', query: 'uploadId', header: COPY, operation: UPLOAD_PART_COPY },
  { method: 'PUT', scope: 'object', query: 'uploadId', operation: UPLOAD_PART },
  { method: 'PUT', scope: 'object', header: COPY, operation: COPY_OBJECT },
  { method: 'PUT', scope: 'object', operation: PUT_OBJECT },
  { method: 'DELETE', scope: 'object', query: 'tagging', operation: DELETE_OBJECT_TAGGING },
  { method: 'DELETE', scope: 'object', query: 'uploadId', operation: ABORT_MULTIPART_UPLOAD },
  { method: 'DELETE', scope: 'object', operation: DELETE_OBJECT },
  { method: 'POST', scope: 'object', query: 'uploads', operation: CREATE_MULTIPART_UPLOAD },
  { method: 'POST', scope: 'object', query: 'uploadId', operation: COMPLETE_MULTIPART_UPLOAD },
]

const OTHER_SUBRESOURCES =
  'abac analytics append encryption intelligent-tiering inventory metadataConfiguration metadataInventoryTable metadataJournalTable metadataTable metrics renameObject restore select session torrent'

/** Parameters that make another operation of a request. One that no route names must not fall through to the plain operation. */
const SUBRESOURCES = new Set([
  ...ROUTES.flatMap(({ query }) => (query === undefined || query.includes('=') ? [] : [query])),
  ...OTHER_SUBRESOURCES.split(' '),
])

export interface Addressed {
  method: string
  bucket: string
  key: string
  query: ReadonlyMap<string, string>
  headers: { has(name: string): boolean }
}

/** Throws NotImplemented for what S3 has and we have not, MethodNotAllowed for the rest. */
export function findOperation({ method, bucket, key, query, headers }: Addressed): S3Operation {
  const scope: Scope = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object'
  const route = ROUTES.find(
    (one) =>
      one.method === method &&
      one.scope === scope &&
      (one.query === undefined || hasParameter(query, one.query)) &&
      (one.header === undefined || headers.has(one.header)),
  )
  const asked = [...query.keys()].find((name) => SUBRESOURCES.has(name))
  const isPlain = route !== undefined && (route.query === undefined || route.query.startsWith('list-type'))
  if (asked !== undefined && (isPlain || route === undefined))
    throw notImplemented(`${method} ?${asked} is not implemented.`)
  if (route !== undefined) return route.operation
  if (method === 'POST' && scope === 'bucket')
    throw notImplemented('Uploads by HTML forms are not implemented.')
  throw s3Error('MethodNotAllowed', undefined, { Method: method, ResourceType: scope.toUpperCase() })
}

function hasParameter(query: ReadonlyMap<string, string>, wanted: string): boolean {
  const equals = wanted.indexOf('=')
  return equals < 0 ? query.has(wanted) : query.get(wanted.slice(0, equals)) === wanted.slice(equals + 1)
}
