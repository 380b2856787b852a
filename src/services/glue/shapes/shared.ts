/** Shapes that operations of more than one topic take, as AWS's model says them. */
import type { ListShape, MapShape, NumberShape, StringShape, StructureShape } from '../../../aws/shape.ts'

export const BOOLEAN = { type: 'boolean' } as const
export const TIMESTAMP = { type: 'timestamp' } as const
export const TEXT: StringShape = { type: 'string' }
export const INTEGER: NumberShape = { type: 'integer' }
export const LONG: NumberShape = { type: 'long' }
export const DOUBLE: NumberShape = { type: 'double' }

export const LINE = '[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\t]*'
export const LINES = '[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*'

export const NAME: StringShape = { type: 'string', min: 1, max: 255, pattern: LINE }

export const DESCRIPTION: StringShape = { type: 'string', min: 0, max: 2048, pattern: LINES }

export const URI: StringShape = { type: 'string', min: 1, max: 1024, pattern: LINES }

export const PARAMETERS: MapShape = { type: 'map', key: NAME, value: { type: 'string', max: 512000 } }

export const DATA_LAKE_PRINCIPAL_STRING: StringShape = { type: 'string', min: 1, max: 255 }

export const FEDERATION_IDENTIFIER: StringShape = { type: 'string', min: 1, max: 512, pattern: LINE }

export const TAG_KEY: StringShape = { type: 'string', min: 1, max: 128 }

export const TAG_VALUE: StringShape = { type: 'string', min: 0, max: 256 }

export const TAGS_MAP: MapShape = { type: 'map', key: TAG_KEY, value: TAG_VALUE, min: 0, max: 50 }

export const BATCH_SIZE: NumberShape = { type: 'integer', min: 1, max: 100 }

export const RESOURCE_SHARE_TYPE: StringShape = { type: 'string', enum: ['FOREIGN', 'ALL', 'FEDERATED'] }

export const NON_NEGATIVE_INT: NumberShape = { type: 'integer', min: 0 }

export const COLUMN: StructureShape = {
  type: 'structure',
  members: {
    Name: NAME,
    Type: { type: 'string', min: 0, max: 131072, pattern: LINE },
    Comment: { type: 'string', min: 0, max: 255, pattern: LINE },
    Parameters: PARAMETERS,
  },
  required: ['Name'],
}

export const COLUMN_LIST: ListShape = { type: 'list', member: COLUMN }

export const LOCATION: StringShape = { type: 'string', max: 2056, pattern: LINES }

export const FORMAT: StringShape = { type: 'string', max: 128, pattern: LINE }

export const SER_DE_INFO: StructureShape = {
  type: 'structure',
  members: { Name: NAME, SerializationLibrary: NAME, Parameters: PARAMETERS },
}

export const NAMES: ListShape = { type: 'list', member: NAME }

export const ORDER: StructureShape = {
  type: 'structure',
  members: { Column: NAME, SortOrder: { type: 'integer', min: 0, max: 1 } },
  required: ['Column', 'SortOrder'],
}

export const SKEWED_INFO: StructureShape = {
  type: 'structure',
  members: {
    SkewedColumnNames: NAMES,
    SkewedColumnValues: { type: 'list', member: TEXT },
    SkewedColumnValueLocationMaps: { type: 'map', key: TEXT, value: TEXT },
  },
}

export const GLUE_RESOURCE_ARN: StringShape = {
  type: 'string',
  min: 1,
  max: 10240,
  pattern: 'arn:aws(-(cn|us-gov|iso(-[bef])?))?:glue:.*',
}

export const SCHEMA_REGISTRY_NAME_STRING: StringShape = {
  type: 'string',
  min: 1,
  max: 255,
  pattern: '[a-zA-Z0-9-_$#.]+',
}

export const SCHEMA_ID: StructureShape = {
  type: 'structure',
  members: {
    SchemaArn: GLUE_RESOURCE_ARN,
    SchemaName: SCHEMA_REGISTRY_NAME_STRING,
    RegistryName: SCHEMA_REGISTRY_NAME_STRING,
  },
}

export const SCHEMA_REFERENCE: StructureShape = {
  type: 'structure',
  members: {
    SchemaId: SCHEMA_ID,
    SchemaVersionId: {
      type: 'string',
      min: 36,
      max: 36,
      pattern: '[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}',
    },
    SchemaVersionNumber: { type: 'long', min: 1, max: 100000 },
  },
}

export const STORAGE_DESCRIPTOR: StructureShape = {
  type: 'structure',
  members: {
    Columns: COLUMN_LIST,
    Location: LOCATION,
    AdditionalLocations: { type: 'list', member: LOCATION },
    InputFormat: FORMAT,
    OutputFormat: FORMAT,
    Compressed: BOOLEAN,
    NumberOfBuckets: INTEGER,
    SerdeInfo: SER_DE_INFO,
    BucketColumns: NAMES,
    SortColumns: { type: 'list', member: ORDER },
    Parameters: PARAMETERS,
    SkewedInfo: SKEWED_INFO,
    StoredAsSubDirectories: BOOLEAN,
    SchemaReference: SCHEMA_REFERENCE,
  },
}

export const AUDIT_CONTEXT_STRING: StringShape = { type: 'string', min: 0, max: 2048 }

export const KEY_LIST: ListShape = { type: 'list', member: NAME, min: 1 }

export const TRANSACTION_ID_STRING: StringShape = {
  type: 'string',
  min: 1,
  max: 255,
  pattern: '[\\p{L}\\p{N}\\p{P}]*',
}

export const AUDIT_CONTEXT: StructureShape = {
  type: 'structure',
  members: {
    AdditionalAuditContext: AUDIT_CONTEXT_STRING,
    RequestedColumns: { type: 'list', member: { type: 'string', min: 1, max: 1024, pattern: LINE } },
    AllColumnsRequested: BOOLEAN,
  },
}

export const VALUE_STRING: StringShape = { type: 'string', min: 1, max: 1024 }

export const PAGE_SIZE: NumberShape = { type: 'integer', min: 1, max: 1000 }

export const NAME_LIST: ListShape = { type: 'list', member: NAME, min: 0, max: 100 }

export const VALUE_STRING_LIST: ListShape = { type: 'list', member: VALUE_STRING }
