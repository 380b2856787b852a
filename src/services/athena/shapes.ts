/** What the operations take, as AWS's model says it. */
import { EXECUTIONS } from './shapes/executions.ts'
import { WORK_GROUPS } from './shapes/work-groups.ts'
import { SAVED_STATEMENTS } from './shapes/saved-statements.ts'
import { METADATA } from './shapes/metadata.ts'

export const INPUTS = { ...EXECUTIONS, ...WORK_GROUPS, ...SAVED_STATEMENTS, ...METADATA }
