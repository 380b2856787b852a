import type { Operation } from '../../aws/service.ts'
import { databaseOutput } from '../data-catalog/tables.ts'
import { databaseNamed, type GlueContext } from './glue-context.ts'
import { INPUTS } from './shapes.ts'

export const getDatabase: Operation<GlueContext, { Name: string }> = {
  name: 'GetDatabase',
  roles: ['read', 'admin'],
  input: INPUTS.GetDatabase,
  handle: (context, { Name: name }) => ({ Database: databaseOutput(databaseNamed(context, name)) }),
}
