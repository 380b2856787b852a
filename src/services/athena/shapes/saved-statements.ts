/** Of named queries and prepared statements. */
import type { ListShape, StringShape, StructureShape } from '../../../aws/shape.ts'
import {
  DATABASE_STRING,
  IDEMPOTENCY_TOKEN,
  NAME_STRING,
  QUERY_EXECUTION_ID,
  QUERY_EXECUTION_ID_LIST,
  QUERY_STRING,
  TOKEN,
  WORK_GROUP_NAME,
} from './shared.ts'

const STATEMENT_NAME: StringShape = {
  type: 'string',
  min: 1,
  max: 256,
  pattern: '[a-zA-Z_][a-zA-Z0-9_@:]{1,256}',
}
const PREPARED_STATEMENT_NAME_LIST: ListShape = { type: 'list', member: STATEMENT_NAME }

export const SAVED_STATEMENTS = {
  CreateNamedQuery: {
    type: 'structure',
    members: {
      Name: NAME_STRING,
      Description: TOKEN,
      Database: DATABASE_STRING,
      QueryString: QUERY_STRING,
      ClientRequestToken: IDEMPOTENCY_TOKEN,
      WorkGroup: WORK_GROUP_NAME,
    },
    required: ['Name', 'Database', 'QueryString'],
  },
  GetNamedQuery: {
    type: 'structure',
    members: { NamedQueryId: QUERY_EXECUTION_ID },
    required: ['NamedQueryId'],
  },
  BatchGetNamedQuery: {
    type: 'structure',
    members: { NamedQueryIds: QUERY_EXECUTION_ID_LIST },
    required: ['NamedQueryIds'],
  },
  ListNamedQueries: {
    type: 'structure',
    members: {
      NextToken: TOKEN,
      MaxResults: { type: 'integer', min: 0, max: 50 },
      WorkGroup: WORK_GROUP_NAME,
    },
  },
  UpdateNamedQuery: {
    type: 'structure',
    members: {
      NamedQueryId: QUERY_EXECUTION_ID,
      Name: NAME_STRING,
      Description: { type: 'string', min: 0, max: 1024 },
      QueryString: QUERY_STRING,
    },
    required: ['NamedQueryId', 'Name', 'QueryString'],
  },
  DeleteNamedQuery: {
    type: 'structure',
    members: { NamedQueryId: QUERY_EXECUTION_ID },
    required: ['NamedQueryId'],
  },
  CreatePreparedStatement: {
    type: 'structure',
    members: {
      StatementName: STATEMENT_NAME,
      WorkGroup: WORK_GROUP_NAME,
      QueryStatement: QUERY_STRING,
      Description: TOKEN,
    },
    required: ['StatementName', 'WorkGroup', 'QueryStatement'],
  },
  GetPreparedStatement: {
    type: 'structure',
    members: { StatementName: STATEMENT_NAME, WorkGroup: WORK_GROUP_NAME },
    required: ['StatementName', 'WorkGroup'],
  },
  BatchGetPreparedStatement: {
    type: 'structure',
    members: { PreparedStatementNames: PREPARED_STATEMENT_NAME_LIST, WorkGroup: WORK_GROUP_NAME },
    required: ['PreparedStatementNames', 'WorkGroup'],
  },
  ListPreparedStatements: {
    type: 'structure',
    members: {
      WorkGroup: WORK_GROUP_NAME,
      NextToken: TOKEN,
      MaxResults: { type: 'integer', min: 1, max: 50 },
    },
    required: ['WorkGroup'],
  },
  UpdatePreparedStatement: {
    type: 'structure',
    members: {
      StatementName: STATEMENT_NAME,
      WorkGroup: WORK_GROUP_NAME,
      QueryStatement: QUERY_STRING,
      Description: TOKEN,
    },
    required: ['StatementName', 'WorkGroup', 'QueryStatement'],
  },
  DeletePreparedStatement: {
    type: 'structure',
    members: { StatementName: STATEMENT_NAME, WorkGroup: WORK_GROUP_NAME },
    required: ['StatementName', 'WorkGroup'],
  },
} satisfies Record<string, StructureShape>
