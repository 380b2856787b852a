import type { Operation } from '../../aws/service.ts'
import { tablesOf } from '../data-catalog/tables.ts'
import { databaseNamed, type GlueContext } from './glue-context.ts'
import type { PageInput } from './inputs.ts'
import { nameMatcher } from '../data-catalog/name-expression.ts'
import { pageOf } from './paging.ts'
import { INPUTS } from './shapes.ts'

export const getTables: Operation<GlueContext, PageInput & { DatabaseName: string; Expression?: string }> = {
  name: 'GetTables',
  roles: ['read', 'admin'],
  input: INPUTS.GetTables,
  handle: (context, input) => {
    const { DatabaseName: database, Expression: expression } = input
    databaseNamed(context, database)
    const isWanted = expression === undefined ? () => true : nameMatcher(expression)
    const tables = tablesOf(context, database).filter(({ Name }) => isWanted(Name))
    const { items, ...more } = pageOf(tables, input, ({ Name }) => Name)
    return { TableList: items, ...more }
  },
}
