/** Tags of workgroups. Data catalogs have none, but may be asked. */
import { changedTags, checkTagCount, type TagChange } from '../tags.ts'
import type { AthenaContext } from './athena-context.ts'
import { invalidRequest, resourceNotFound } from './faults.ts'
import type { Tag } from './inputs.ts'
import { findWorkGroup, saveWorkGroup, type WorkGroup } from './work-groups.ts'

const ARN = /^arn:[^:]*:athena:[^:]*:\d*:(workgroup|datacatalog)\/(.+)$/
/** Of a wrong ARN no more is repeated. */
const ARN_SHOWN_MAX = 256

/** Throws ResourceNotFoundException. */
export function tagsOf(context: AthenaContext, arn: string): Tag[] {
  const { kind, name } = addressOf(arn)
  return kind === 'datacatalog' ? [] : workGroupOf(context, arn, name).tags
}

/** Throws ResourceNotFoundException and InvalidRequestException. */
export function changeTags(context: AthenaContext, arn: string, change: TagChange): void {
  const { kind, name } = addressOf(arn)
  if (kind === 'datacatalog') throw invalidRequest('Data catalogs can not be tagged.')
  const workGroup = workGroupOf(context, arn, name)
  const tags = changedTags(workGroup.tags.map(pairOf), change, invalidRequest).map(([Key, Value]) => ({
    Key,
    Value,
  }))
  saveWorkGroup(context.catalog.athena.items, { ...workGroup, tags })
}

export function pairOf({ Key = '', Value = '' }: Tag): [key: string, value: string] {
  return [Key, Value]
}

/** Throws InvalidRequestException. */
export function checkTags(tags: readonly Tag[]): void {
  checkTagCount(tags.length, invalidRequest)
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length) throw invalidRequest('Duplicate tag keys')
}

function workGroupOf({ catalog }: AthenaContext, arn: string, name: string): WorkGroup {
  const found = findWorkGroup(catalog.athena.items, name)
  if (found === undefined) throw unknown(arn)
  return found
}

function addressOf(arn: string): { kind: string; name: string } {
  const [, kind, name] = ARN.exec(arn) ?? []
  if (kind === undefined || name === undefined) throw unknown(arn)
  return { kind, name }
}

function unknown(arn: string): Error {
  const shown = arn.slice(0, ARN_SHOWN_MAX)
  return resourceNotFound(`Resource ${shown} was not found`, shown)
}
