/** What the operations on tags, connections, policies and settings take, as AWS's model says it. */
import type { StructureShape } from '../../../aws/shape.ts'
import { BOOLEAN, GLUE_RESOURCE_ARN, NAME, PAGE_SIZE, TAGS_MAP, TAG_KEY, TEXT } from './shared.ts'

export const ACCOUNT = {
  GetTags: { type: 'structure', members: { ResourceArn: GLUE_RESOURCE_ARN }, required: ['ResourceArn'] },
  TagResource: {
    type: 'structure',
    members: { ResourceArn: GLUE_RESOURCE_ARN, TagsToAdd: TAGS_MAP },
    required: ['ResourceArn', 'TagsToAdd'],
  },
  UntagResource: {
    type: 'structure',
    members: {
      ResourceArn: GLUE_RESOURCE_ARN,
      TagsToRemove: { type: 'list', member: TAG_KEY, min: 0, max: 50 },
    },
    required: ['ResourceArn', 'TagsToRemove'],
  },
  GetCatalogImportStatus: { type: 'structure', members: { CatalogId: NAME } },
  GetDataCatalogEncryptionSettings: { type: 'structure', members: { CatalogId: NAME } },
  GetConnection: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      Name: NAME,
      HidePassword: BOOLEAN,
      ApplyOverrideForComputeEnvironment: { type: 'string', enum: ['SPARK', 'ATHENA', 'PYTHON'] },
    },
    required: ['Name'],
  },
  GetResourcePolicy: { type: 'structure', members: { ResourceArn: GLUE_RESOURCE_ARN } },
  GetResourcePolicies: { type: 'structure', members: { NextToken: TEXT, MaxResults: PAGE_SIZE } },
} satisfies Record<string, StructureShape>
