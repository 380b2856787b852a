/** What the operations on crawlers take, as AWS's model says it. */
import type { ListShape, StringShape, StructureShape } from '../../../aws/shape.ts'
import {
  BOOLEAN,
  DESCRIPTION,
  DOUBLE,
  INTEGER,
  KEY_LIST,
  NAME,
  NAME_LIST,
  NAMES,
  PAGE_SIZE,
  TAGS_MAP,
  TEXT,
} from './shared.ts'

const PATH_LIST: ListShape = { type: 'list', member: TEXT }

const S3_TARGET: StructureShape = {
  type: 'structure',
  members: {
    Path: TEXT,
    Exclusions: PATH_LIST,
    ConnectionName: TEXT,
    SampleSize: INTEGER,
    EventQueueArn: TEXT,
    DlqEventQueueArn: TEXT,
  },
}

const JDBC_TARGET: StructureShape = {
  type: 'structure',
  members: {
    ConnectionName: TEXT,
    Path: TEXT,
    Exclusions: PATH_LIST,
    EnableAdditionalMetadata: { type: 'list', member: { type: 'string', enum: ['COMMENTS', 'RAWTYPES'] } },
  },
}

const MONGO_DB_TARGET: StructureShape = {
  type: 'structure',
  members: { ConnectionName: TEXT, Path: TEXT, ScanAll: BOOLEAN },
}

const DYNAMO_DB_TARGET: StructureShape = {
  type: 'structure',
  members: { Path: TEXT, scanAll: BOOLEAN, scanRate: DOUBLE },
}

const CATALOG_TARGET: StructureShape = {
  type: 'structure',
  members: {
    DatabaseName: NAME,
    Tables: KEY_LIST,
    ConnectionName: TEXT,
    EventQueueArn: TEXT,
    DlqEventQueueArn: TEXT,
  },
  required: ['DatabaseName', 'Tables'],
}

const DELTA_TARGET: StructureShape = {
  type: 'structure',
  members: {
    DeltaTables: PATH_LIST,
    ConnectionName: TEXT,
    WriteManifest: BOOLEAN,
    CreateNativeDeltaTable: BOOLEAN,
  },
}

const ICEBERG_TARGET: StructureShape = {
  type: 'structure',
  members: { Paths: PATH_LIST, ConnectionName: TEXT, Exclusions: PATH_LIST, MaximumTraversalDepth: INTEGER },
}

const HUDI_TARGET: StructureShape = {
  type: 'structure',
  members: { Paths: PATH_LIST, ConnectionName: TEXT, Exclusions: PATH_LIST, MaximumTraversalDepth: INTEGER },
}

const CRAWLER_TARGETS: StructureShape = {
  type: 'structure',
  members: {
    S3Targets: { type: 'list', member: S3_TARGET },
    JdbcTargets: { type: 'list', member: JDBC_TARGET },
    MongoDBTargets: { type: 'list', member: MONGO_DB_TARGET },
    DynamoDBTargets: { type: 'list', member: DYNAMO_DB_TARGET },
    CatalogTargets: { type: 'list', member: CATALOG_TARGET },
    DeltaTargets: { type: 'list', member: DELTA_TARGET },
    IcebergTargets: { type: 'list', member: ICEBERG_TARGET },
    HudiTargets: { type: 'list', member: HUDI_TARGET },
  },
}

const TABLE_PREFIX: StringShape = { type: 'string', min: 0, max: 128 }

const SCHEMA_CHANGE_POLICY: StructureShape = {
  type: 'structure',
  members: {
    UpdateBehavior: { type: 'string', enum: ['LOG', 'UPDATE_IN_DATABASE'] },
    DeleteBehavior: { type: 'string', enum: ['LOG', 'DELETE_FROM_DATABASE', 'DEPRECATE_IN_DATABASE'] },
  },
}

const RECRAWL_POLICY: StructureShape = {
  type: 'structure',
  members: {
    RecrawlBehavior: {
      type: 'string',
      enum: ['CRAWL_EVERYTHING', 'CRAWL_NEW_FOLDERS_ONLY', 'CRAWL_EVENT_MODE'],
    },
  },
}

const LINEAGE_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: { CrawlerLineageSettings: { type: 'string', enum: ['ENABLE', 'DISABLE'] } },
}

const LAKE_FORMATION_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: { UseLakeFormationCredentials: BOOLEAN, AccountId: { type: 'string', min: 0, max: 12 } },
}

const CRAWLS_FILTER: StructureShape = {
  type: 'structure',
  members: {
    FieldName: { type: 'string', enum: ['CRAWL_ID', 'STATE', 'START_TIME', 'END_TIME', 'DPU_HOUR'] },
    FilterOperator: { type: 'string', enum: ['GT', 'GE', 'LT', 'LE', 'EQ', 'NE'] },
    FieldValue: TEXT,
  },
}

export const CRAWLERS = {
  CreateCrawler: {
    type: 'structure',
    members: {
      Name: NAME,
      Role: TEXT,
      DatabaseName: TEXT,
      Description: DESCRIPTION,
      Targets: CRAWLER_TARGETS,
      Schedule: TEXT,
      Classifiers: NAMES,
      TablePrefix: TABLE_PREFIX,
      SchemaChangePolicy: SCHEMA_CHANGE_POLICY,
      RecrawlPolicy: RECRAWL_POLICY,
      LineageConfiguration: LINEAGE_CONFIGURATION,
      LakeFormationConfiguration: LAKE_FORMATION_CONFIGURATION,
      Configuration: TEXT,
      CrawlerSecurityConfiguration: TABLE_PREFIX,
      Tags: TAGS_MAP,
      CatalogId: NAME,
    },
    required: ['Name', 'Role', 'Targets'],
  },
  GetCrawler: { type: 'structure', members: { Name: NAME }, required: ['Name'] },
  GetCrawlers: { type: 'structure', members: { MaxResults: PAGE_SIZE, NextToken: TEXT } },
  BatchGetCrawlers: { type: 'structure', members: { CrawlerNames: NAME_LIST }, required: ['CrawlerNames'] },
  ListCrawlers: { type: 'structure', members: { MaxResults: PAGE_SIZE, NextToken: TEXT, Tags: TAGS_MAP } },
  UpdateCrawler: {
    type: 'structure',
    members: {
      Name: NAME,
      Role: TEXT,
      DatabaseName: TEXT,
      Description: DESCRIPTION,
      Targets: CRAWLER_TARGETS,
      Schedule: TEXT,
      Classifiers: NAMES,
      TablePrefix: TABLE_PREFIX,
      SchemaChangePolicy: SCHEMA_CHANGE_POLICY,
      RecrawlPolicy: RECRAWL_POLICY,
      LineageConfiguration: LINEAGE_CONFIGURATION,
      LakeFormationConfiguration: LAKE_FORMATION_CONFIGURATION,
      Configuration: TEXT,
      CrawlerSecurityConfiguration: TABLE_PREFIX,
      CatalogId: NAME,
    },
    required: ['Name'],
  },
  DeleteCrawler: { type: 'structure', members: { Name: NAME }, required: ['Name'] },
  StartCrawler: { type: 'structure', members: { Name: NAME }, required: ['Name'] },
  StopCrawler: { type: 'structure', members: { Name: NAME }, required: ['Name'] },
  UpdateCrawlerSchedule: {
    type: 'structure',
    members: { CrawlerName: NAME, Schedule: TEXT },
    required: ['CrawlerName'],
  },
  StartCrawlerSchedule: { type: 'structure', members: { CrawlerName: NAME }, required: ['CrawlerName'] },
  StopCrawlerSchedule: { type: 'structure', members: { CrawlerName: NAME }, required: ['CrawlerName'] },
  GetCrawlerMetrics: {
    type: 'structure',
    members: { CrawlerNameList: NAME_LIST, MaxResults: PAGE_SIZE, NextToken: TEXT },
  },
  ListCrawls: {
    type: 'structure',
    members: {
      CrawlerName: NAME,
      MaxResults: PAGE_SIZE,
      Filters: { type: 'list', member: CRAWLS_FILTER },
      NextToken: TEXT,
    },
    required: ['CrawlerName'],
  },
} satisfies Record<string, StructureShape>
