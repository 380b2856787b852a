/** Shapes that several groups of operations use, as AWS has them in its model. */
import type { ListShape, MapShape, StringShape, StructureShape } from '../../../aws/shape.ts'

export const TEXT: StringShape = { type: 'string' }
export const BOOLEAN = { type: 'boolean' } as const
export const QUERY_STRING: StringShape = { type: 'string', min: 1, max: 262_144 }
export const IDEMPOTENCY_TOKEN: StringShape = { type: 'string', min: 32, max: 128 }
export const DATABASE_STRING: StringShape = { type: 'string', min: 1, max: 255 }
export const CATALOG_NAME_STRING: StringShape = {
  type: 'string',
  min: 1,
  max: 256,
  pattern: '[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\t]*',
}
export const ENCRYPTION_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: { EncryptionOption: { type: 'string', enum: ['SSE_S3', 'SSE_KMS', 'CSE_KMS'] }, KmsKey: TEXT },
  required: ['EncryptionOption'],
}
export const AWS_ACCOUNT_ID: StringShape = { type: 'string', min: 12, max: 12, pattern: '^[0-9]+$' }
export const ACL_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: { S3AclOption: { type: 'string', enum: ['BUCKET_OWNER_FULL_CONTROL'] } },
  required: ['S3AclOption'],
}
export const RESULT_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    OutputLocation: TEXT,
    EncryptionConfiguration: ENCRYPTION_CONFIGURATION,
    ExpectedBucketOwner: AWS_ACCOUNT_ID,
    AclConfiguration: ACL_CONFIGURATION,
  },
}
export const WORK_GROUP_NAME: StringShape = { type: 'string', pattern: '[a-zA-Z0-9._-]{1,128}' }
export const KEY_STRING: StringShape = {
  type: 'string',
  min: 1,
  max: 255,
  pattern: '[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\t]*',
}
export const PARAMETERS_MAP: MapShape = {
  type: 'map',
  key: KEY_STRING,
  value: { type: 'string', max: 51_200 },
}
export const NAME_STRING: StringShape = { type: 'string', min: 1, max: 128 }
export const CLASSIFICATION: StructureShape = {
  type: 'structure',
  members: { Name: NAME_STRING, Properties: PARAMETERS_MAP },
}
export const CLASSIFICATION_LIST: ListShape = { type: 'list', member: CLASSIFICATION }
export const ENGINE_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    CoordinatorDpuSize: { type: 'integer', min: 1, max: 1 },
    MaxConcurrentDpus: { type: 'integer', min: 2, max: 5000 },
    DefaultExecutorDpuSize: { type: 'integer', min: 1, max: 1 },
    AdditionalConfigs: PARAMETERS_MAP,
    SparkProperties: PARAMETERS_MAP,
    Classifications: CLASSIFICATION_LIST,
  },
}
export const QUERY_EXECUTION_ID: StringShape = { type: 'string', min: 1, max: 128, pattern: '\\S+' }
export const QUERY_EXECUTION_ID_LIST: ListShape = {
  type: 'list',
  member: QUERY_EXECUTION_ID,
  min: 1,
  max: 50,
}
export const TOKEN: StringShape = { type: 'string', min: 1, max: 1024 }
export const TAG: StructureShape = {
  type: 'structure',
  members: { Key: NAME_STRING, Value: { type: 'string', min: 0, max: 256 } },
}
export const TAG_LIST: ListShape = { type: 'list', member: TAG }
