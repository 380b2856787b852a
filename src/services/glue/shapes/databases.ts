/** What the operations on databases take, as AWS's model says it. */
import type { StructureShape } from '../../../aws/shape.ts'
import {
  BATCH_SIZE,
  DATA_LAKE_PRINCIPAL_STRING,
  DESCRIPTION,
  FEDERATION_IDENTIFIER,
  NAME,
  PARAMETERS,
  RESOURCE_SHARE_TYPE,
  TAGS_MAP,
  TEXT,
  URI,
} from './shared.ts'

const DATA_LAKE_PRINCIPAL: StructureShape = {
  type: 'structure',
  members: { DataLakePrincipalIdentifier: DATA_LAKE_PRINCIPAL_STRING },
}

const PRINCIPAL_PERMISSIONS: StructureShape = {
  type: 'structure',
  members: {
    Principal: DATA_LAKE_PRINCIPAL,
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
}

const DATABASE_IDENTIFIER: StructureShape = {
  type: 'structure',
  members: { CatalogId: NAME, DatabaseName: NAME, Region: NAME },
}

const FEDERATED_DATABASE: StructureShape = {
  type: 'structure',
  members: { Identifier: FEDERATION_IDENTIFIER, ConnectionName: NAME, ConnectionType: NAME },
}

const DATABASE_INPUT: StructureShape = {
  type: 'structure',
  members: {
    Name: NAME,
    Description: DESCRIPTION,
    LocationUri: URI,
    Parameters: PARAMETERS,
    CreateTableDefaultPermissions: { type: 'list', member: PRINCIPAL_PERMISSIONS },
    TargetDatabase: DATABASE_IDENTIFIER,
    FederatedDatabase: FEDERATED_DATABASE,
  },
  required: ['Name'],
}

export const DATABASES = {
  CreateDatabase: {
    type: 'structure',
    members: { CatalogId: NAME, DatabaseInput: DATABASE_INPUT, Tags: TAGS_MAP },
    required: ['DatabaseInput'],
  },
  GetDatabase: { type: 'structure', members: { CatalogId: NAME, Name: NAME }, required: ['Name'] },
  GetDatabases: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      NextToken: TEXT,
      MaxResults: BATCH_SIZE,
      ResourceShareType: RESOURCE_SHARE_TYPE,
      AttributesToGet: { type: 'list', member: { type: 'string', enum: ['NAME', 'TARGET_DATABASE'] } },
    },
  },
  UpdateDatabase: {
    type: 'structure',
    members: { CatalogId: NAME, Name: NAME, DatabaseInput: DATABASE_INPUT },
    required: ['Name', 'DatabaseInput'],
  },
  DeleteDatabase: { type: 'structure', members: { CatalogId: NAME, Name: NAME }, required: ['Name'] },
} satisfies Record<string, StructureShape>
