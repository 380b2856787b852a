/** What a bucket or an object answers of features that nobody has configured; here nobody can. */
import type { XmlMembers } from '../../aws/xml.ts'
import { noSuchBucket, s3Error, type S3ErrorCode } from './errors.ts'
import { missing } from './get-object.ts'
import { OWNER } from './list-page.ts'
import type { S3Operation } from './operation.ts'

type Answer = { root: string; members: XmlMembers } | { error: S3ErrorCode }

/** s3cmd does not read a grantee without its type. */
const GRANTEE = {
  '@xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
  '@xsi:type': 'CanonicalUser',
  ...OWNER,
}

const ACL: Answer = {
  root: 'AccessControlPolicy',
  members: {
    Owner: OWNER,
    AccessControlList: { Grant: { Grantee: GRANTEE, Permission: 'FULL_CONTROL' } },
  },
}

/** By the parameter of the query that asks for it. */
const BUCKET: Readonly<Record<string, readonly [operation: string, answer: Answer]>> = {
  accelerate: ['GetBucketAccelerateConfiguration', { root: 'AccelerateConfiguration', members: {} }],
  acl: ['GetBucketAcl', ACL],
  cors: ['GetBucketCors', { error: 'NoSuchCORSConfiguration' }],
  encryption: ['GetBucketEncryption', { error: 'ServerSideEncryptionConfigurationNotFoundError' }],
  lifecycle: ['GetBucketLifecycleConfiguration', { error: 'NoSuchLifecycleConfiguration' }],
  logging: ['GetBucketLogging', { root: 'BucketLoggingStatus', members: {} }],
  notification: ['GetBucketNotificationConfiguration', { root: 'NotificationConfiguration', members: {} }],
  'object-lock': ['GetObjectLockConfiguration', { error: 'ObjectLockConfigurationNotFoundError' }],
  ownershipControls: [
    'GetBucketOwnershipControls',
    { root: 'OwnershipControls', members: { Rule: { ObjectOwnership: 'BucketOwnerEnforced' } } },
  ],
  policy: ['GetBucketPolicy', { error: 'NoSuchBucketPolicy' }],
  policyStatus: ['GetBucketPolicyStatus', { error: 'NoSuchBucketPolicy' }],
  publicAccessBlock: ['GetPublicAccessBlock', { error: 'NoSuchPublicAccessBlockConfiguration' }],
  replication: ['GetBucketReplication', { error: 'ReplicationConfigurationNotFoundError' }],
  requestPayment: [
    'GetBucketRequestPayment',
    { root: 'RequestPaymentConfiguration', members: { Payer: 'BucketOwner' } },
  ],
  versioning: ['GetBucketVersioning', { root: 'VersioningConfiguration', members: {} }],
  website: ['GetBucketWebsite', { error: 'NoSuchWebsiteConfiguration' }],
}

const OBJECT: typeof BUCKET = {
  acl: ['GetObjectAcl', ACL],
  'legal-hold': ['GetObjectLegalHold', { error: 'NoSuchObjectLockConfiguration' }],
  retention: ['GetObjectRetention', { error: 'NoSuchObjectLockConfiguration' }],
}

export function unconfigured(of: 'bucket' | 'object'): { query: string; operation: S3Operation }[] {
  return Object.entries(of === 'bucket' ? BUCKET : OBJECT).map(([query, [name, answer]]) => ({
    query,
    operation: { name, roles: ['read'], handle: (context, call) => reply(of, answer, context, call) },
  }))
}

async function reply(
  of: 'bucket' | 'object',
  answer: Answer,
  ...[context, call]: Parameters<S3Operation['handle']>
) {
  if (of === 'bucket' && (await context.objects.bucket(call.bucket)) === undefined)
    throw noSuchBucket(call.bucket)
  if (of === 'object' && (await context.objects.head(call.bucket, call.key)) === undefined)
    throw await missing(context, call)
  if ('error' in answer) throw s3Error(answer.error, undefined, { BucketName: call.bucket })
  return { xml: answer }
}
