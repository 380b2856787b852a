/** What may be known of a statement before it runs. */
import type { Statement } from '../../../query/statement/statement.ts'

type Kind = Statement['kind']

const WRITES: readonly Kind[] = ['create table as', 'insert', 'unload']
const QUERIES: readonly Kind[] = ['query', 'explain']

/** Such statements change nothing, whatever is in them: an engine that may not write runs what is to be explained. */
export function isReadOnly(kind: Kind): boolean {
  return QUERIES.includes(kind) || kind === 'describe' || kind.startsWith('show ')
}

/** They wait for an engine's turn. */
export function needsEngine(kind: Kind): boolean {
  return QUERIES.includes(kind) || WRITES.includes(kind)
}

/** Only an engine knows whether these are well-formed; the others have been parsed whole. */
export function hasQuery(kind: Kind): boolean {
  return needsEngine(kind) || kind === 'create view' || kind === 'prepare'
}

/** Where the answer is, beside the others of its location. What writes tables has none: its manifest and metadata are there. */
export function answerName(kind: Kind, id: string): string {
  if (kind === 'query') return `${id}.csv`
  if (kind === 'create table as') return `tables/${id}`
  return WRITES.includes(kind) ? id : `${id}.txt`
}

export function hasAnswer(kind: Kind): boolean {
  return !WRITES.includes(kind)
}
