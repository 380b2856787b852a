/** The contract of S3's operations: a file each, in a table of routes (routes.ts). */
import type { AccessKey, Role } from '../../aws/service.ts'
import type { WireHeaders } from '../../aws/wire-request.ts'
import type { XmlMembers } from '../../aws/xml.ts'
import type { Clock } from '../../sys/sys.ts'
import type { OpenedObject, ServedObjects } from '../../store/served-objects.ts'
import type { S3Body } from './body.ts'

export interface S3Context {
  objects: ServedObjects
  clock: Clock
  /** What GetBucketLocation says. */
  region: string
}

/** One authenticated request. */
export interface S3Call {
  /** '' for requests to the service itself. */
  bucket: string
  /** '' for requests to a bucket. */
  key: string
  query: ReadonlyMap<string, string>
  headers: WireHeaders
  accessKey: AccessKey
  /** To be read once. */
  body: S3Body
}

export interface S3Reply {
  status?: number
  headers?: Record<string, string>
  xml?: { root: string; members: XmlMembers | string }
  /** Bytes from `from` up to `to` of an object; closed when they are sent. */
  content?: { object: OpenedObject; from: number; to: number }
}

export interface S3Operation {
  /** AWS's name. */
  name: string
  /** Besides `admin`. */
  roles: readonly Role[]
  /** Its checksum headers speak of the object that it makes, and not of the body. */
  sumsTheObject?: boolean
  handle(context: S3Context, call: S3Call): Promise<S3Reply> | S3Reply
}
