/** What the operations on user-defined functions take, as AWS's model says it. */
import type { StringShape, StructureShape } from '../../../aws/shape.ts'
import { BATCH_SIZE, NAME, TEXT, TIMESTAMP, URI } from './shared.ts'

const FUNCTION_TYPE: StringShape = {
  type: 'string',
  enum: ['REGULAR_FUNCTION', 'AGGREGATE_FUNCTION', 'STORED_PROCEDURE'],
}

const RESOURCE_URI: StructureShape = {
  type: 'structure',
  members: {
    ResourceType: { type: 'string', enum: ['JAR', 'FILE', 'ARCHIVE'] },
    Uri: URI,
    LastModified: TIMESTAMP,
  },
}

const USER_DEFINED_FUNCTION_INPUT: StructureShape = {
  type: 'structure',
  members: {
    FunctionName: NAME,
    ClassName: NAME,
    OwnerName: NAME,
    FunctionType: FUNCTION_TYPE,
    OwnerType: { type: 'string', enum: ['USER', 'ROLE', 'GROUP'] },
    ResourceUris: { type: 'list', member: RESOURCE_URI, min: 0, max: 1000 },
    ArtifactLocation: URI,
    GovernanceMode: { type: 'string', enum: ['IAM_ONLY', 'LAKE_FORMATION'] },
  },
}

export const FUNCTIONS = {
  CreateUserDefinedFunction: {
    type: 'structure',
    members: { CatalogId: NAME, DatabaseName: NAME, FunctionInput: USER_DEFINED_FUNCTION_INPUT },
    required: ['DatabaseName', 'FunctionInput'],
  },
  GetUserDefinedFunction: {
    type: 'structure',
    members: { CatalogId: NAME, DatabaseName: NAME, FunctionName: NAME },
    required: ['DatabaseName', 'FunctionName'],
  },
  GetUserDefinedFunctions: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      DatabaseName: NAME,
      Pattern: NAME,
      FunctionType: FUNCTION_TYPE,
      NextToken: TEXT,
      MaxResults: BATCH_SIZE,
    },
    required: ['Pattern'],
  },
  UpdateUserDefinedFunction: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      DatabaseName: NAME,
      FunctionName: NAME,
      FunctionInput: USER_DEFINED_FUNCTION_INPUT,
    },
    required: ['DatabaseName', 'FunctionName', 'FunctionInput'],
  },
  DeleteUserDefinedFunction: {
    type: 'structure',
    members: { CatalogId: NAME, DatabaseName: NAME, FunctionName: NAME },
    required: ['DatabaseName', 'FunctionName'],
  },
} satisfies Record<string, StructureShape>
