/**
 * What the operations on tables, their versions and their partition indexes take, as AWS's model says it. Of Iceberg's tables
 * (OpenTableFormatInput, UpdateOpenTableFormatInput) the members are left out: there are none here.
 */
import type { ListShape, NumberShape, StringShape, StructureShape } from '../../../aws/shape.ts'
import {
  AUDIT_CONTEXT,
  AUDIT_CONTEXT_STRING,
  BATCH_SIZE,
  BOOLEAN,
  COLUMN_LIST,
  DATA_LAKE_PRINCIPAL_STRING,
  DESCRIPTION,
  FEDERATION_IDENTIFIER,
  KEY_LIST,
  LINE,
  LONG,
  NAME,
  NAME_LIST,
  NON_NEGATIVE_INT,
  PAGE_SIZE,
  PARAMETERS,
  RESOURCE_SHARE_TYPE,
  STORAGE_DESCRIPTOR,
  TAG_KEY,
  TEXT,
  TIMESTAMP,
  TRANSACTION_ID_STRING,
  VALUE_STRING,
} from './shared.ts'

/** Known only to be refused. */
const ICEBERG: StructureShape = { type: 'structure', members: {} }

const VIEW_TEXT_STRING: StringShape = { type: 'string', max: 409600 }

const TABLE_IDENTIFIER: StructureShape = {
  type: 'structure',
  members: { CatalogId: NAME, DatabaseName: NAME, Name: NAME, Region: NAME },
}

const FEDERATED_TABLE: StructureShape = {
  type: 'structure',
  members: {
    Identifier: FEDERATION_IDENTIFIER,
    DatabaseIdentifier: FEDERATION_IDENTIFIER,
    ConnectionName: NAME,
    ConnectionType: NAME,
  },
}

const ARN_STRING: StringShape = { type: 'string', min: 20, max: 2048 }

const VIEW_REPRESENTATION_INPUT: StructureShape = {
  type: 'structure',
  members: {
    Dialect: { type: 'string', enum: ['REDSHIFT', 'ATHENA', 'SPARK'] },
    DialectVersion: DATA_LAKE_PRINCIPAL_STRING,
    ViewOriginalText: VIEW_TEXT_STRING,
    ValidationConnection: NAME,
    ViewExpandedText: VIEW_TEXT_STRING,
  },
}

const TABLE_VERSION_ID: NumberShape = { type: 'long', min: -1 }

const SUB_OBJECT_STATISTICS: StructureShape = {
  type: 'structure',
  members: {
    SourceType: {
      type: 'string',
      enum: ['HIVE_PARQUET', 'HIVE_ORC', 'HIVE_CSV', 'HIVE_JSON', 'PLAIN_PARQUET', 'ICEBERG'],
    },
    GlueVersionId: TEXT,
    PartitionCount: LONG,
    FileCount: LONG,
    TotalFileBytes: LONG,
  },
}

const VIEW_DEFINITION_INPUT: StructureShape = {
  type: 'structure',
  members: {
    IsProtected: BOOLEAN,
    IsManaged: BOOLEAN,
    Definer: ARN_STRING,
    Representations: { type: 'list', member: VIEW_REPRESENTATION_INPUT, min: 1, max: 10 },
    ViewVersionId: TABLE_VERSION_ID,
    ViewVersionToken: NAME,
    RefreshSeconds: LONG,
    LastRefreshType: { type: 'string', enum: ['FULL', 'INCREMENTAL'] },
    SubObjects: { type: 'list', member: ARN_STRING, min: 0, max: 10 },
    SubObjectVersionIds: { type: 'list', member: TABLE_VERSION_ID, min: 0, max: 250 },
    SubObjectsStatistics: { type: 'list', member: SUB_OBJECT_STATISTICS, min: 0, max: 250 },
    SparkPipelineInfo: { type: 'map', key: TAG_KEY, value: AUDIT_CONTEXT_STRING, min: 0, max: 50 },
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
    Retention: NON_NEGATIVE_INT,
    StorageDescriptor: STORAGE_DESCRIPTOR,
    PartitionKeys: COLUMN_LIST,
    ViewOriginalText: VIEW_TEXT_STRING,
    ViewExpandedText: VIEW_TEXT_STRING,
    TableType: { type: 'string', max: 255 },
    Parameters: PARAMETERS,
    TargetTable: TABLE_IDENTIFIER,
    FederatedTable: FEDERATED_TABLE,
    ViewDefinition: VIEW_DEFINITION_INPUT,
  },
  required: ['Name'],
}

const PARTITION_INDEX: StructureShape = {
  type: 'structure',
  members: { Keys: KEY_LIST, IndexName: NAME },
  required: ['Keys', 'IndexName'],
}

const TABLE_ATTRIBUTES_LIST: ListShape = {
  type: 'list',
  member: { type: 'string', enum: ['NAME', 'TABLE_TYPE', 'DEFAULT', 'LATEST_ICEBERG_METADATA'] },
}

const PROPERTY_PREDICATE: StructureShape = {
  type: 'structure',
  members: {
    Key: VALUE_STRING,
    Value: VALUE_STRING,
    Comparator: {
      type: 'string',
      enum: ['EQUALS', 'GREATER_THAN', 'LESS_THAN', 'GREATER_THAN_EQUALS', 'LESS_THAN_EQUALS'],
    },
  },
}

const SORT_CRITERION: StructureShape = {
  type: 'structure',
  members: { FieldName: VALUE_STRING, Sort: { type: 'string', enum: ['ASC', 'DESC'] } },
}

export const TABLES = {
  CreateTable: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      DatabaseName: NAME,
      Name: NAME,
      TableInput: TABLE_INPUT,
      PartitionIndexes: { type: 'list', member: PARTITION_INDEX },
      TransactionId: TRANSACTION_ID_STRING,
      OpenTableFormatInput: ICEBERG,
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
      TransactionId: TRANSACTION_ID_STRING,
      VersionId: NAME,
      ViewUpdateAction: { type: 'string', enum: ['ADD', 'REPLACE', 'ADD_OR_REPLACE', 'DROP'] },
      Force: BOOLEAN,
      UpdateOpenTableFormatInput: ICEBERG,
    },
    required: ['DatabaseName'],
  },
  GetTable: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      DatabaseName: NAME,
      Name: NAME,
      TransactionId: TRANSACTION_ID_STRING,
      QueryAsOfTime: TIMESTAMP,
      AuditContext: AUDIT_CONTEXT,
      IncludeStatusDetails: BOOLEAN,
      AttributesToGet: TABLE_ATTRIBUTES_LIST,
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
      MaxResults: BATCH_SIZE,
      TransactionId: TRANSACTION_ID_STRING,
      QueryAsOfTime: TIMESTAMP,
      AuditContext: AUDIT_CONTEXT,
      ResourceShareType: { type: 'string', enum: ['FEDERATED', 'ALL'] },
      IncludeStatusDetails: BOOLEAN,
      AttributesToGet: TABLE_ATTRIBUTES_LIST,
    },
    required: ['DatabaseName'],
  },
  SearchTables: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      NextToken: TEXT,
      Filters: { type: 'list', member: PROPERTY_PREDICATE },
      SearchText: VALUE_STRING,
      SortCriteria: { type: 'list', member: SORT_CRITERION, min: 0, max: 1 },
      MaxResults: PAGE_SIZE,
      ResourceShareType: RESOURCE_SHARE_TYPE,
      IncludeStatusDetails: BOOLEAN,
    },
  },
  DeleteTable: {
    type: 'structure',
    members: { CatalogId: NAME, DatabaseName: NAME, Name: NAME, TransactionId: TRANSACTION_ID_STRING },
    required: ['DatabaseName', 'Name'],
  },
  BatchDeleteTable: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      DatabaseName: NAME,
      TablesToDelete: NAME_LIST,
      TransactionId: TRANSACTION_ID_STRING,
    },
    required: ['DatabaseName', 'TablesToDelete'],
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
      MaxResults: BATCH_SIZE,
      AuditContext: AUDIT_CONTEXT,
    },
    required: ['DatabaseName', 'TableName'],
  },
  DeleteTableVersion: {
    type: 'structure',
    members: { CatalogId: NAME, DatabaseName: NAME, TableName: NAME, VersionId: NAME },
    required: ['DatabaseName', 'TableName', 'VersionId'],
  },
  BatchDeleteTableVersion: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      DatabaseName: NAME,
      TableName: NAME,
      VersionIds: { type: 'list', member: NAME, min: 0, max: 100 },
    },
    required: ['DatabaseName', 'TableName', 'VersionIds'],
  },
  CreatePartitionIndex: {
    type: 'structure',
    members: { CatalogId: NAME, DatabaseName: NAME, TableName: NAME, PartitionIndex: PARTITION_INDEX },
    required: ['DatabaseName', 'TableName', 'PartitionIndex'],
  },
  GetPartitionIndexes: {
    type: 'structure',
    members: { CatalogId: NAME, DatabaseName: NAME, TableName: NAME, NextToken: TEXT },
    required: ['DatabaseName', 'TableName'],
  },
  DeletePartitionIndex: {
    type: 'structure',
    members: { CatalogId: NAME, DatabaseName: NAME, TableName: NAME, IndexName: NAME },
    required: ['DatabaseName', 'TableName', 'IndexName'],
  },
} satisfies Record<string, StructureShape>
