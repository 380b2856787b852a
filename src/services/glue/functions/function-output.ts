import { ACCOUNT_ID } from '../../../aws/service.ts'
import type { GlueFunction } from '../../../catalog/glue.ts'

export interface FunctionInput {
  FunctionName?: string
  FunctionType?: string
}

export interface FunctionNameInput {
  DatabaseName: string
  FunctionName: string
}

export function functionOutput({ database, name, definition, createdMs }: GlueFunction): FunctionInput {
  const members = {
    FunctionName: name,
    DatabaseName: database,
    CatalogId: ACCOUNT_ID,
    CreateTime: createdMs / 1000,
  }
  return { FunctionType: 'REGULAR_FUNCTION', ...(JSON.parse(definition) as FunctionInput), ...members }
}
