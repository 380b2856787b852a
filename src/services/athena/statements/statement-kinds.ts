/** What may be known of a statement before it runs. */
import { classOf, type StatementKind as Kind } from '../../../query/statement/statement-kinds.ts'

/** Such statements change nothing, whatever is in them: an engine that may not write runs what is to be explained. */
export function isReadOnly(kind: Kind): boolean {
  const is = classOf(kind)
  return is === 'query' || is === 'show'
}

/** They wait for an engine's turn. */
export function needsEngine(kind: Kind): boolean {
  const is = classOf(kind)
  return is === 'query' || is === 'write'
}

/** Only an engine knows whether these are well-formed; the others have been parsed whole. */
export function hasQuery(kind: Kind): boolean {
  return needsEngine(kind) || kind === 'create view' || kind === 'prepare'
}

/** Where the answer is, beside the others of its location. What writes tables has none: its manifest and metadata are there. */
export function answerName(kind: Kind, id: string): string {
  if (kind === 'query') return `${id}.csv`
  if (kind === 'create table as') return `tables/${id}`
  return classOf(kind) === 'write' ? id : `${id}.txt`
}

export function hasAnswer(kind: Kind): boolean {
  return classOf(kind) !== 'write'
}
