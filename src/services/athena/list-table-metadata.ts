import { AwsError } from '../../aws/errors.ts'
import type { Operation } from '../../aws/service.ts'
import { nameMatcher } from '../data-catalog/name-expression.ts'
import type { AthenaContext } from './athena-context.ts'
import { invalidRequest } from './faults.ts'
import { tableMetadataOf } from './metadata.ts'
import type { PageInput } from '../paging.ts'
import { pageOf } from './paging.ts'
import { INPUTS } from './shapes.ts'

interface ListTableMetadataInput extends PageInput {
  CatalogName: string
  DatabaseName: string
  Expression?: string
}

export const listTableMetadata: Operation<AthenaContext, ListTableMetadataInput> = {
  name: 'ListTableMetadata',
  roles: ['read', 'admin'],
  input: INPUTS.ListTableMetadata,
  async handle(context, input) {
    const isWanted = matcherOf(input.Expression)
    const all = (await tableMetadataOf(context, input)).filter(({ Name }) => isWanted(Name))
    const { items, ...more } = pageOf(all, input, ({ Name }) => Name)
    return { TableMetadataList: items, ...more }
  },
}

/** Throws InvalidRequestException. */
function matcherOf(expression: string = ''): (name: string) => boolean {
  if (expression === '') return () => true
  try {
    return nameMatcher(expression)
  } catch (error) {
    // The same rules as Glue's, in Athena's words.
    throw error instanceof AwsError ? invalidRequest(error.message) : error
  }
}
