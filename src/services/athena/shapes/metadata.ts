/** Of data catalogs, their databases and tables, and of tags. */
import type { ListShape, StringShape, StructureShape } from '../../../aws/shape.ts'
import {
  BOOLEAN,
  CATALOG_NAME_STRING,
  NAME_STRING,
  PARAMETERS_MAP,
  TAG_LIST,
  TOKEN,
  WORK_GROUP_NAME,
} from './shared.ts'

const DATA_CATALOG_TYPE: StringShape = { type: 'string', enum: ['LAMBDA', 'GLUE', 'HIVE', 'FEDERATED'] }
const DATABASE_ATTRIBUTES_LIST: ListShape = {
  type: 'list',
  member: { type: 'string', enum: ['NAME'] },
  min: 0,
  max: 1,
}
const TABLE_ATTRIBUTES_LIST: ListShape = {
  type: 'list',
  member: { type: 'string', enum: ['NAME', 'TABLE_TYPE'] },
  min: 1,
  max: 2,
}
const AMAZON_RESOURCE_NAME: StringShape = { type: 'string', min: 1, max: 1011 }
const TAG_KEY_LIST: ListShape = { type: 'list', member: NAME_STRING }

export const METADATA = {
  ListDataCatalogs: {
    type: 'structure',
    members: {
      NextToken: TOKEN,
      MaxResults: { type: 'integer', min: 2, max: 50 },
      WorkGroup: WORK_GROUP_NAME,
    },
  },
  GetDataCatalog: {
    type: 'structure',
    members: { Name: CATALOG_NAME_STRING, WorkGroup: WORK_GROUP_NAME },
    required: ['Name'],
  },
  CreateDataCatalog: {
    type: 'structure',
    members: {
      Name: CATALOG_NAME_STRING,
      Type: DATA_CATALOG_TYPE,
      Description: TOKEN,
      Parameters: PARAMETERS_MAP,
      Tags: TAG_LIST,
    },
    required: ['Name', 'Type'],
  },
  UpdateDataCatalog: {
    type: 'structure',
    members: {
      Name: CATALOG_NAME_STRING,
      Type: DATA_CATALOG_TYPE,
      Description: TOKEN,
      Parameters: PARAMETERS_MAP,
    },
    required: ['Name', 'Type'],
  },
  DeleteDataCatalog: {
    type: 'structure',
    members: { Name: CATALOG_NAME_STRING, DeleteCatalogOnly: BOOLEAN },
    required: ['Name'],
  },
  ListDatabases: {
    type: 'structure',
    members: {
      CatalogName: CATALOG_NAME_STRING,
      NextToken: TOKEN,
      MaxResults: { type: 'integer', min: 1, max: 50 },
      WorkGroup: WORK_GROUP_NAME,
      AttributesToGet: DATABASE_ATTRIBUTES_LIST,
    },
    required: ['CatalogName'],
  },
  GetDatabase: {
    type: 'structure',
    members: { CatalogName: CATALOG_NAME_STRING, DatabaseName: NAME_STRING, WorkGroup: WORK_GROUP_NAME },
    required: ['CatalogName', 'DatabaseName'],
  },
  ListTableMetadata: {
    type: 'structure',
    members: {
      CatalogName: CATALOG_NAME_STRING,
      DatabaseName: NAME_STRING,
      Expression: { type: 'string', min: 0, max: 256 },
      NextToken: TOKEN,
      MaxResults: { type: 'integer', min: 1, max: 50 },
      WorkGroup: WORK_GROUP_NAME,
      AttributesToGet: TABLE_ATTRIBUTES_LIST,
    },
    required: ['CatalogName', 'DatabaseName'],
  },
  GetTableMetadata: {
    type: 'structure',
    members: {
      CatalogName: CATALOG_NAME_STRING,
      DatabaseName: NAME_STRING,
      TableName: NAME_STRING,
      WorkGroup: WORK_GROUP_NAME,
    },
    required: ['CatalogName', 'DatabaseName', 'TableName'],
  },
  ListEngineVersions: {
    type: 'structure',
    members: { NextToken: TOKEN, MaxResults: { type: 'integer', min: 1, max: 10 } },
  },
  TagResource: {
    type: 'structure',
    members: { ResourceARN: AMAZON_RESOURCE_NAME, Tags: TAG_LIST },
    required: ['ResourceARN', 'Tags'],
  },
  UntagResource: {
    type: 'structure',
    members: { ResourceARN: AMAZON_RESOURCE_NAME, TagKeys: TAG_KEY_LIST },
    required: ['ResourceARN', 'TagKeys'],
  },
  ListTagsForResource: {
    type: 'structure',
    members: {
      ResourceARN: AMAZON_RESOURCE_NAME,
      NextToken: TOKEN,
      MaxResults: { type: 'integer', min: 75 },
    },
    required: ['ResourceARN'],
  },
} satisfies Record<string, StructureShape>
