/** Prepared statements: each belongs to a workgroup. They are made by the API and by PREPARE. */
import type { AthenaItems } from '../../../catalog/catalog.ts'
import { invalidRequest, resourceNotFound } from '../faults.ts'

export interface PreparedStatement {
  StatementName: string
  QueryStatement: string
  WorkGroupName: string
  Description?: string
  /** Seconds. */
  LastModifiedTime: number
}

/** AWS's quota for each workgroup. */
const STATEMENTS_MAX = 1000

export function preparedStatements(items: AthenaItems, workGroup: string): PreparedStatement[] {
  return items.all('prepared statement', workGroup).map(({ definition }) => read(definition))
}

export function findPrepared(
  items: AthenaItems,
  workGroup: string,
  name: string,
): PreparedStatement | undefined {
  const definition = items.find('prepared statement', workGroup, name)
  return definition === undefined ? undefined : read(definition)
}

/** Throws ResourceNotFoundException. */
export function preparedNamed(items: AthenaItems, workGroup: string, name: string): PreparedStatement {
  const found = findPrepared(items, workGroup, name)
  if (found === undefined) throw preparedNotFound(workGroup, name)
  return found
}

export function preparedNotFound(workGroup: string, name: string): Error {
  return resourceNotFound(`Prepared Statement ${name} was not found in workGroup ${workGroup}`, name)
}

/** False: there is one already. Throws InvalidRequestException. */
export function createPrepared(items: AthenaItems, statement: PreparedStatement): boolean {
  const { WorkGroupName: workGroup } = statement
  if (items.all('prepared statement', workGroup).length >= STATEMENTS_MAX)
    throw invalidRequest(
      `WorkGroup ${workGroup} can not have more than ${STATEMENTS_MAX} prepared statements.`,
    )
  return items.create(itemOf(statement))
}

export function savePrepared(items: AthenaItems, statement: PreparedStatement): void {
  if (!items.update(itemOf(statement))) createPrepared(items, statement)
}

function itemOf(statement: PreparedStatement) {
  const { WorkGroupName: scope, StatementName: name } = statement
  return { kind: 'prepared statement', scope, name, definition: JSON.stringify(statement) } as const
}

function read(definition: string): PreparedStatement {
  return JSON.parse(definition) as PreparedStatement
}
