/** What the shapes of several destinations have in common. After AWS's model, as ../shapes.ts. */
import type { StringShape, StructureShape } from '../../../aws/shape.ts'

export const ROLE_ARN: StringShape = {
  type: 'string',
  min: 1,
  max: 512,
  pattern: 'arn:.*:iam::\\d{12}:role/[a-zA-Z_0-9+=,.@\\-_/]+',
}

export const NON_EMPTY_STRING_WITHOUT_WHITESPACE: StringShape = {
  type: 'string',
  min: 1,
  max: 1024,
  pattern: '^\\S+$',
}

export const NON_EMPTY_STRING: StringShape = { type: 'string', min: 1, max: 1024, pattern: '^(?!\\s*$).+' }

export const SECRETS_MANAGER_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    SecretARN: {
      type: 'string',
      min: 1,
      max: 2048,
      pattern: 'arn:.*:secretsmanager:[a-zA-Z0-9\\-]+:\\d{12}:secret:[a-zA-Z0-9\\-/_+=.@!]+',
    },
    RoleARN: ROLE_ARN,
    Enabled: { type: 'boolean' },
  },
  required: ['Enabled'],
}
