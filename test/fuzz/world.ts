/** What the cases need: a running server, keys, streams, chance, and the account of what was put. */
import type { Chance } from './chance.ts'
import type { Ledger } from './ledger.ts'
import type { Signer } from './signed-request.ts'

/** Of the pipeline file: rows of the table `fuzz.lines`. */
export const LINES = 'fuzz-lines'
/** Of the API: objects that hold the records one after the other. */
export const PLAIN = 'fuzz-plain'
/** Of the API: gets bodies that were damaged and are right nevertheless. */
export const MUTANTS = 'fuzz-mutants'
export const STREAMS = [LINES, PLAIN, MUTANTS] as const

export interface Target {
  port: number
  signer: Signer
  chance: Chance
  ledger: Ledger
  /** How often each byte must be in the objects of MUTANTS. */
  mutants: Float64Array
}
