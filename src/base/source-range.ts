/** A byte range [from, to) of one source generation, as the journal, objects and the ledger record it. */
export interface SourceRange {
  /** Stable identity of the source generation: `tail:<uuid>`. */
  source: string
  /** For people: the path when the bytes were read. */
  path: string
  from: number
  to: number
}
