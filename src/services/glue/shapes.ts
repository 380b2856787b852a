/**
 * What the operations take, as AWS's model says it. Without Iceberg's members (OpenTableFormatInput, UpdateOpenTableFormatInput):
 * there are no such tables here, and what a shape does not know is dropped.
 */
import type { ListShape, MapShape, NumberShape, StringShape, StructureShape } from '../../aws/shape.ts'

const BOOLEAN = { type: 'boolean' } as const
const TIMESTAMP = { type: 'timestamp' } as const

const LINE = '[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\t]*'
const LINES = '[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*'

const NAME: StringShape = { type: 'string', min: 1, max: 255, pattern: LINE }
const COMMENT: StringShape = { type: 'string', min: 0, max: 255, pattern: LINE }
const DESCRIPTION: StringShape = { type: 'string', min: 0, max: 2048, pattern: LINES }
const LOCATION: StringShape = { type: 'string', max: 2056, pattern: LINES }
const FORMAT: StringShape = { type: 'string', max: 128, pattern: LINE }
const VIEW_TEXT: StringShape = { type: 'string', max: 409_600 }
const ARN: StringShape = { type: 'string', min: 20, max: 2048 }
const TEXT: StringShape = { type: 'string' }
const TRANSACTION_ID: StringShape = { type: 'string', min: 1, max: 255, pattern: '[\\p{L}\\p{N}\\p{P}]*' }
const PAGE_SIZE: NumberShape = { type: 'integer', min: 1, max: 100 }
const FEDERATION_ID: StringShape = { type: 'string', min: 1, max: 512, pattern: LINE }
const NAMES: ListShape = { type: 'list', member: NAME }
const TABLE_VERSION_ID: NumberShape = { type: 'long', min: -1 }

const PARAMETERS: MapShape = {
  type: 'map',
  key: NAME,
  value: { type: 'string', max: 512_000 },
}

const PERMISSIONS: ListShape = {
  type: 'list',
  member: {
    type: 'structure',
    members: {
      Principal: {
        type: 'structure',
        members: { DataLakePrincipalIdentifier: { type: 'string', min: 1, max: 255 } },
      },
      Permissions: {
        type: 'list',
        member: {
          type: 'string',
          enum: [
            'ALL',
            'SELECT',
            'ALTER',
            'DROP',
            'DELETE',
            'INSERT',
            'CREATE_DATABASE',
            'CREATE_TABLE',
            'DATA_LOCATION_ACCESS',
          ],
        },
      },
    },
  },
}

const DATABASE_INPUT: StructureShape = {
  type: 'structure',
  members: {
    Name: NAME,
    Description: DESCRIPTION,
    LocationUri: { type: 'string', min: 1, max: 1024, pattern: LINES },
    Parameters: PARAMETERS,
    CreateTableDefaultPermissions: PERMISSIONS,
    TargetDatabase: { type: 'structure', members: { CatalogId: NAME, DatabaseName: NAME, Region: NAME } },
    FederatedDatabase: {
      type: 'structure',
      members: {
        Identifier: FEDERATION_ID,
        ConnectionName: NAME,
        ConnectionType: NAME,
      },
    },
  },
  required: ['Name'],
}

const COLUMNS: ListShape = {
  type: 'list',
  member: {
    type: 'structure',
    members: {
      Name: NAME,
      Type: { type: 'string', min: 0, max: 131_072, pattern: LINE },
      Comment: COMMENT,
      Parameters: PARAMETERS,
    },
    required: ['Name'],
  },
}

const SCHEMA_NAME: StringShape = { type: 'string', min: 1, max: 255, pattern: '[a-zA-Z0-9-_$#.]+' }

const SCHEMA_REFERENCE: StructureShape = {
  type: 'structure',
  members: {
    SchemaId: {
      type: 'structure',
      members: {
        SchemaArn: {
          type: 'string',
          min: 1,
          max: 10_240,
          pattern: 'arn:aws(-(cn|us-gov|iso(-[bef])?))?:glue:.*',
        },
        SchemaName: SCHEMA_NAME,
        RegistryName: SCHEMA_NAME,
      },
    },
    SchemaVersionId: {
      type: 'string',
      min: 36,
      max: 36,
      pattern: '[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}',
    },
    SchemaVersionNumber: { type: 'long', min: 1, max: 100_000 },
  },
}

const STORAGE_DESCRIPTOR: StructureShape = {
  type: 'structure',
  members: {
    Columns: COLUMNS,
    Location: LOCATION,
    AdditionalLocations: { type: 'list', member: LOCATION },
    InputFormat: FORMAT,
    OutputFormat: FORMAT,
    Compressed: BOOLEAN,
    NumberOfBuckets: { type: 'integer' },
    SerdeInfo: {
      type: 'structure',
      members: { Name: NAME, SerializationLibrary: NAME, Parameters: PARAMETERS },
    },
    BucketColumns: NAMES,
    SortColumns: {
      type: 'list',
      member: {
        type: 'structure',
        members: { Column: NAME, SortOrder: { type: 'integer', min: 0, max: 1 } },
        required: ['Column', 'SortOrder'],
      },
    },
    Parameters: PARAMETERS,
    SkewedInfo: {
      type: 'structure',
      members: {
        SkewedColumnNames: NAMES,
        SkewedColumnValues: { type: 'list', member: TEXT },
        SkewedColumnValueLocationMaps: { type: 'map', key: TEXT, value: TEXT },
      },
    },
    StoredAsSubDirectories: BOOLEAN,
    SchemaReference: SCHEMA_REFERENCE,
  },
}

const SUB_OBJECT_STATISTICS: StructureShape = {
  type: 'structure',
  members: {
    SourceType: {
      type: 'string',
      enum: ['HIVE_PARQUET', 'HIVE_ORC', 'HIVE_CSV', 'HIVE_JSON', 'PLAIN_PARQUET', 'ICEBERG'],
    },
    GlueVersionId: TEXT,
    PartitionCount: { type: 'long' },
    FileCount: { type: 'long' },
    TotalFileBytes: { type: 'long' },
  },
}

const VIEW_DEFINITION: StructureShape = {
  type: 'structure',
  members: {
    IsProtected: BOOLEAN,
    Definer: ARN,
    Representations: {
      type: 'list',
      min: 1,
      max: 10,
      member: {
        type: 'structure',
        members: {
          Dialect: { type: 'string', enum: ['REDSHIFT', 'ATHENA', 'SPARK'] },
          DialectVersion: { type: 'string', min: 1, max: 255 },
          ViewOriginalText: VIEW_TEXT,
          ValidationConnection: NAME,
          ViewExpandedText: VIEW_TEXT,
        },
      },
    },
    ViewVersionId: TABLE_VERSION_ID,
    ViewVersionToken: NAME,
    RefreshSeconds: { type: 'long' },
    LastRefreshType: { type: 'string', enum: ['FULL', 'INCREMENTAL'] },
    SubObjects: { type: 'list', member: ARN, min: 0, max: 10 },
    SubObjectVersionIds: { type: 'list', member: TABLE_VERSION_ID, min: 0, max: 250 },
    IsManaged: BOOLEAN,
    SubObjectsStatistics: { type: 'list', member: SUB_OBJECT_STATISTICS, min: 0, max: 250 },
    SparkPipelineInfo: {
      type: 'map',
      key: { type: 'string', min: 1, max: 128 },
      value: { type: 'string', min: 0, max: 2048 },
      min: 0,
      max: 50,
    },
  },
}

const TABLE_INPUT: StructureShape = {
  type: 'structure',
  members: {
    Name: NAME,
    Description: DESCRIPTION,
    Owner: NAME,
    LastAccessTime: TIMESTAMP,
    LastAnalyzedTime: TIMESTAMP,
    Retention: { type: 'integer', min: 0 },
    StorageDescriptor: STORAGE_DESCRIPTOR,
    PartitionKeys: COLUMNS,
    ViewOriginalText: VIEW_TEXT,
    ViewExpandedText: VIEW_TEXT,
    TableType: { type: 'string', max: 255 },
    Parameters: PARAMETERS,
    TargetTable: {
      type: 'structure',
      members: { CatalogId: NAME, DatabaseName: NAME, Name: NAME, Region: NAME },
    },
    ViewDefinition: VIEW_DEFINITION,
    FederatedTable: {
      type: 'structure',
      members: {
        Identifier: FEDERATION_ID,
        DatabaseIdentifier: FEDERATION_ID,
        ConnectionName: NAME,
        ConnectionType: NAME,
      },
    },
  },
  required: ['Name'],
}

const AUDIT_CONTEXT: StructureShape = {
  type: 'structure',
  members: {
    AdditionalAuditContext: { type: 'string', min: 0, max: 2048 },
    RequestedColumns: { type: 'list', member: { type: 'string', min: 1, max: 1024, pattern: LINE } },
    AllColumnsRequested: BOOLEAN,
  },
}

const TABLE_ATTRIBUTES: ListShape = {
  type: 'list',
  member: { type: 'string', enum: ['NAME', 'TABLE_TYPE', 'DEFAULT', 'LATEST_ICEBERG_METADATA'] },
}

const TAG_KEY: StringShape = { type: 'string', min: 1, max: 128 }
const TAGS: MapShape = {
  type: 'map',
  key: TAG_KEY,
  value: { type: 'string', min: 0, max: 256 },
  min: 0,
  max: 50,
}
const RESOURCE_ARN: StringShape = {
  type: 'string',
  min: 1,
  max: 10_240,
  pattern: 'arn:aws(-(cn|us-gov|iso(-[bef])?))?:glue:.*',
}

/** By operation. */
export const INPUTS = {
  CreateDatabase: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      DatabaseInput: DATABASE_INPUT,
      Tags: TAGS,
    },
    required: ['DatabaseInput'],
  },
  GetDatabase: { type: 'structure', members: { CatalogId: NAME, Name: NAME }, required: ['Name'] },
  GetDatabases: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      NextToken: TEXT,
      MaxResults: PAGE_SIZE,
      ResourceShareType: { type: 'string', enum: ['FOREIGN', 'ALL', 'FEDERATED'] },
      AttributesToGet: { type: 'list', member: { type: 'string', enum: ['NAME', 'TARGET_DATABASE'] } },
    },
  },
  UpdateDatabase: {
    type: 'structure',
    members: { CatalogId: NAME, Name: NAME, DatabaseInput: DATABASE_INPUT },
    required: ['Name', 'DatabaseInput'],
  },
  DeleteDatabase: { type: 'structure', members: { CatalogId: NAME, Name: NAME }, required: ['Name'] },
  CreateTable: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      DatabaseName: NAME,
      Name: NAME,
      TableInput: TABLE_INPUT,
      PartitionIndexes: {
        type: 'list',
        member: {
          type: 'structure',
          members: { Keys: { type: 'list', member: NAME, min: 1 }, IndexName: NAME },
          required: ['Keys', 'IndexName'],
        },
      },
      TransactionId: TRANSACTION_ID,
    },
    required: ['DatabaseName'],
  },
  UpdateTable: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      DatabaseName: NAME,
      Name: NAME,
      TableInput: TABLE_INPUT,
      SkipArchive: BOOLEAN,
      TransactionId: TRANSACTION_ID,
      VersionId: NAME,
      ViewUpdateAction: { type: 'string', enum: ['ADD', 'REPLACE', 'ADD_OR_REPLACE', 'DROP'] },
      Force: BOOLEAN,
    },
    required: ['DatabaseName'],
  },
  GetTable: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      DatabaseName: NAME,
      Name: NAME,
      TransactionId: TRANSACTION_ID,
      QueryAsOfTime: TIMESTAMP,
      AuditContext: AUDIT_CONTEXT,
      IncludeStatusDetails: BOOLEAN,
      AttributesToGet: TABLE_ATTRIBUTES,
    },
    required: ['DatabaseName', 'Name'],
  },
  GetTables: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      DatabaseName: NAME,
      Expression: { type: 'string', min: 0, max: 2048, pattern: LINE },
      NextToken: TEXT,
      MaxResults: PAGE_SIZE,
      TransactionId: TRANSACTION_ID,
      QueryAsOfTime: TIMESTAMP,
      AuditContext: AUDIT_CONTEXT,
      IncludeStatusDetails: BOOLEAN,
      AttributesToGet: TABLE_ATTRIBUTES,
      ResourceShareType: { type: 'string', enum: ['FEDERATED', 'ALL'] },
    },
    required: ['DatabaseName'],
  },
  DeleteTable: {
    type: 'structure',
    members: { CatalogId: NAME, DatabaseName: NAME, Name: NAME, TransactionId: TRANSACTION_ID },
    required: ['DatabaseName', 'Name'],
  },
  GetTableVersion: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      DatabaseName: NAME,
      TableName: NAME,
      VersionId: NAME,
      AuditContext: AUDIT_CONTEXT,
    },
    required: ['DatabaseName', 'TableName'],
  },
  GetTableVersions: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      DatabaseName: NAME,
      TableName: NAME,
      NextToken: TEXT,
      MaxResults: PAGE_SIZE,
      AuditContext: AUDIT_CONTEXT,
    },
    required: ['DatabaseName', 'TableName'],
  },
  GetPartitionIndexes: {
    type: 'structure',
    members: { CatalogId: NAME, DatabaseName: NAME, TableName: NAME, NextToken: TEXT },
    required: ['DatabaseName', 'TableName'],
  },
  GetTags: { type: 'structure', members: { ResourceArn: RESOURCE_ARN }, required: ['ResourceArn'] },
  TagResource: {
    type: 'structure',
    members: { ResourceArn: RESOURCE_ARN, TagsToAdd: TAGS },
    required: ['ResourceArn', 'TagsToAdd'],
  },
  UntagResource: {
    type: 'structure',
    members: {
      ResourceArn: RESOURCE_ARN,
      TagsToRemove: { type: 'list', member: TAG_KEY, min: 0, max: 50 },
    },
    required: ['ResourceArn', 'TagsToRemove'],
  },
} satisfies Record<string, StructureShape>
