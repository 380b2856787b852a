/** Which of the fields and kinds that a scan saw do not fit a schema as they are. */
import type { Column, ColumnType } from '../base/schema.ts'
import type { Field } from './json-fields.ts'
import { ARRAY, EMPTY_ARRAY, EMPTY_OBJECT, EVERY_KIND, NULL, OBJECT } from './json-kinds.ts'
import { FITS, RESPELLED } from './schema.ts'

/** Sets `misfits` of all fields and edges. True: something that was seen does not fit. */
export function markMisfits(root: Field, columns: readonly Column[]): boolean {
  const seen = markMembers(root, columns)
  markEdges(root)
  return seen
}

function markMembers(field: Field, columns: readonly Column[]): boolean {
  const byKey = new Map(columns.map(({ key, type }) => [key, type]))
  let seen = false
  for (const member of field.members.values()) {
    if (markField(member, byKey.get(member.key))) seen = true
  }
  return seen
}

function markField(field: Field, type: ColumnType | undefined): boolean {
  field.misfits = EVERY_KIND & ~fitting(field, type)
  field.tellsTimestamps = type === 'timestamp'
  let seen = (field.kinds & field.misfits) !== 0
  // Below what has no column nothing needs a look: the edge into it is a misfit already.
  const members = typeof type === 'object' && 'struct' in type ? type.struct : []
  if (markMembers(field, members) && members.length > 0) seen = true
  if (field.element !== undefined) {
    const element = typeof type === 'object' && 'list' in type ? type.list : undefined
    if (markField(field.element, element) && element !== undefined) seen = true
  }
  return seen
}

function fitting(field: Field, type: ColumnType | undefined): number {
  // Readers refuse the whole line because of such a key, even where its value is null.
  if (field.unreadable) return 0
  if (type === undefined) return NULL
  if (type === 'varchar') return NULL | (FITS.varchar & ~RESPELLED)
  if (typeof type === 'string') return NULL | FITS[type]
  if ('struct' in type) return NULL | OBJECT | EMPTY_OBJECT
  return 'list' in type ? NULL | ARRAY | EMPTY_ARRAY : NULL
}

function markEdges(field: Field): void {
  for (const edge of field.edges) {
    edge.misfit = (edge.steps ?? []).some((step) => (step.field.misfits & step.kind) !== 0)
  }
  for (const member of field.members.values()) markEdges(member)
  if (field.element !== undefined) markEdges(field.element)
}
