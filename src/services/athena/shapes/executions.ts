/** Of executions and their results. */
import type { ListShape, StructureShape } from '../../../aws/shape.ts'
import {
  BOOLEAN,
  CATALOG_NAME_STRING,
  DATABASE_STRING,
  ENGINE_CONFIGURATION,
  IDEMPOTENCY_TOKEN,
  QUERY_EXECUTION_ID,
  QUERY_EXECUTION_ID_LIST,
  QUERY_STRING,
  RESULT_CONFIGURATION,
  TOKEN,
  WORK_GROUP_NAME,
} from './shared.ts'

const QUERY_EXECUTION_CONTEXT: StructureShape = {
  type: 'structure',
  members: { Database: DATABASE_STRING, Catalog: CATALOG_NAME_STRING },
}
const EXECUTION_PARAMETERS: ListShape = {
  type: 'list',
  member: { type: 'string', min: 1, max: 1024 },
  min: 1,
}
const RESULT_REUSE_BY_AGE_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: { Enabled: BOOLEAN, MaxAgeInMinutes: { type: 'integer', min: 0, max: 10_080 } },
  required: ['Enabled'],
}
const RESULT_REUSE_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: { ResultReuseByAgeConfiguration: RESULT_REUSE_BY_AGE_CONFIGURATION },
}

export const EXECUTIONS = {
  StartQueryExecution: {
    type: 'structure',
    members: {
      QueryString: QUERY_STRING,
      ClientRequestToken: IDEMPOTENCY_TOKEN,
      QueryExecutionContext: QUERY_EXECUTION_CONTEXT,
      ResultConfiguration: RESULT_CONFIGURATION,
      WorkGroup: WORK_GROUP_NAME,
      ExecutionParameters: EXECUTION_PARAMETERS,
      ResultReuseConfiguration: RESULT_REUSE_CONFIGURATION,
      EngineConfiguration: ENGINE_CONFIGURATION,
    },
    required: ['QueryString'],
  },
  StopQueryExecution: {
    type: 'structure',
    members: { QueryExecutionId: QUERY_EXECUTION_ID },
    required: ['QueryExecutionId'],
  },
  GetQueryExecution: {
    type: 'structure',
    members: { QueryExecutionId: QUERY_EXECUTION_ID },
    required: ['QueryExecutionId'],
  },
  BatchGetQueryExecution: {
    type: 'structure',
    members: { QueryExecutionIds: QUERY_EXECUTION_ID_LIST },
    required: ['QueryExecutionIds'],
  },
  ListQueryExecutions: {
    type: 'structure',
    members: {
      NextToken: TOKEN,
      MaxResults: { type: 'integer', min: 0, max: 50 },
      WorkGroup: WORK_GROUP_NAME,
    },
  },
  GetQueryResults: {
    type: 'structure',
    members: {
      QueryExecutionId: QUERY_EXECUTION_ID,
      NextToken: TOKEN,
      MaxResults: { type: 'integer', min: 1, max: 1000 },
      QueryResultType: { type: 'string', enum: ['DATA_MANIFEST', 'DATA_ROWS'] },
    },
    required: ['QueryExecutionId'],
  },
  GetQueryRuntimeStatistics: {
    type: 'structure',
    members: { QueryExecutionId: QUERY_EXECUTION_ID },
    required: ['QueryExecutionId'],
  },
} satisfies Record<string, StructureShape>
