import type { Operation } from '../../aws/service.ts'
import { databaseOutput } from '../data-catalog/tables.ts'
import type { GlueContext } from './glue-context.ts'
import type { PageInput } from './inputs.ts'
import { pageOf } from './paging.ts'
import { INPUTS } from './shapes.ts'

export const getDatabases: Operation<GlueContext, PageInput> = {
  name: 'GetDatabases',
  roles: ['read', 'admin'],
  input: INPUTS.GetDatabases,
  handle: ({ catalog }, input) => {
    const { items, ...more } = pageOf(catalog.glue.databases(), input, ({ name }) => name)
    return { DatabaseList: items.map(databaseOutput), ...more }
  },
}
