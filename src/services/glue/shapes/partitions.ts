/** What the operations on partitions take, as AWS's model says it. */
import type { ListShape, StructureShape } from '../../../aws/shape.ts'
import {
  AUDIT_CONTEXT,
  BOOLEAN,
  DESCRIPTION,
  NAME,
  NON_NEGATIVE_INT,
  PAGE_SIZE,
  PARAMETERS,
  STORAGE_DESCRIPTOR,
  TAG_KEY,
  TAG_VALUE,
  TEXT,
  TIMESTAMP,
  TRANSACTION_ID_STRING,
  VALUE_STRING,
  VALUE_STRING_LIST,
} from './shared.ts'

const PARTITION_INPUT: StructureShape = {
  type: 'structure',
  members: {
    Values: VALUE_STRING_LIST,
    LastAccessTime: TIMESTAMP,
    StorageDescriptor: STORAGE_DESCRIPTOR,
    Parameters: PARAMETERS,
    LastAnalyzedTime: TIMESTAMP,
  },
}

const SEGMENT: StructureShape = {
  type: 'structure',
  members: { SegmentNumber: NON_NEGATIVE_INT, TotalSegments: { type: 'integer', min: 1, max: 10 } },
  required: ['SegmentNumber', 'TotalSegments'],
}

const BOUNDED_PARTITION_VALUE_LIST: ListShape = { type: 'list', member: VALUE_STRING, min: 0, max: 100 }

const PARTITION_VALUE_LIST: StructureShape = {
  type: 'structure',
  members: { Values: VALUE_STRING_LIST },
  required: ['Values'],
}

const QUERY_SESSION_CONTEXT: StructureShape = {
  type: 'structure',
  members: {
    QueryId: NAME,
    QueryStartTime: TIMESTAMP,
    ClusterId: TEXT,
    QueryAuthorizationId: NAME,
    AdditionalContext: { type: 'map', key: TAG_KEY, value: TAG_VALUE },
  },
}

const BATCH_UPDATE_PARTITION_REQUEST_ENTRY: StructureShape = {
  type: 'structure',
  members: { PartitionValueList: BOUNDED_PARTITION_VALUE_LIST, PartitionInput: PARTITION_INPUT },
  required: ['PartitionValueList', 'PartitionInput'],
}

export const PARTITIONS = {
  CreatePartition: {
    type: 'structure',
    members: { CatalogId: NAME, DatabaseName: NAME, TableName: NAME, PartitionInput: PARTITION_INPUT },
    required: ['DatabaseName', 'TableName', 'PartitionInput'],
  },
  GetPartition: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      DatabaseName: NAME,
      TableName: NAME,
      PartitionValues: VALUE_STRING_LIST,
      AuditContext: AUDIT_CONTEXT,
    },
    required: ['DatabaseName', 'TableName', 'PartitionValues'],
  },
  GetPartitions: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      DatabaseName: NAME,
      TableName: NAME,
      Expression: DESCRIPTION,
      NextToken: TEXT,
      Segment: SEGMENT,
      MaxResults: PAGE_SIZE,
      ExcludeColumnSchema: BOOLEAN,
      TransactionId: TRANSACTION_ID_STRING,
      QueryAsOfTime: TIMESTAMP,
      AuditContext: AUDIT_CONTEXT,
    },
    required: ['DatabaseName', 'TableName'],
  },
  UpdatePartition: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      DatabaseName: NAME,
      TableName: NAME,
      PartitionValueList: BOUNDED_PARTITION_VALUE_LIST,
      PartitionInput: PARTITION_INPUT,
    },
    required: ['DatabaseName', 'TableName', 'PartitionValueList', 'PartitionInput'],
  },
  DeletePartition: {
    type: 'structure',
    members: { CatalogId: NAME, DatabaseName: NAME, TableName: NAME, PartitionValues: VALUE_STRING_LIST },
    required: ['DatabaseName', 'TableName', 'PartitionValues'],
  },
  BatchCreatePartition: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      DatabaseName: NAME,
      TableName: NAME,
      PartitionInputList: { type: 'list', member: PARTITION_INPUT, min: 0, max: 100 },
    },
    required: ['DatabaseName', 'TableName', 'PartitionInputList'],
  },
  BatchGetPartition: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      DatabaseName: NAME,
      TableName: NAME,
      PartitionsToGet: { type: 'list', member: PARTITION_VALUE_LIST, min: 0, max: 1000 },
      AuditContext: AUDIT_CONTEXT,
      QuerySessionContext: QUERY_SESSION_CONTEXT,
    },
    required: ['DatabaseName', 'TableName', 'PartitionsToGet'],
  },
  BatchUpdatePartition: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      DatabaseName: NAME,
      TableName: NAME,
      Entries: { type: 'list', member: BATCH_UPDATE_PARTITION_REQUEST_ENTRY, min: 1, max: 100 },
    },
    required: ['DatabaseName', 'TableName', 'Entries'],
  },
  BatchDeletePartition: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      DatabaseName: NAME,
      TableName: NAME,
      PartitionsToDelete: { type: 'list', member: PARTITION_VALUE_LIST, min: 0, max: 25 },
    },
    required: ['DatabaseName', 'TableName', 'PartitionsToDelete'],
  },
} satisfies Record<string, StructureShape>
