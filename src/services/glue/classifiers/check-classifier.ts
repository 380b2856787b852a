import { BadTable } from '../../../format/serde/text-serde.ts'
import { grokSerde } from '../../../format/serde/grok-serde.ts'
import { pathSteps } from '../crawlers/classify/json-schema.ts'
import { invalidInput } from '../faults.ts'
import type { ClassifierKind, ClassifierMembers } from './saved-classifier.ts'

/** What would fail only when a crawler comes to it. Throws InvalidInputException. */
export function checkClassifier(kind: ClassifierKind, members: ClassifierMembers): void {
  if (kind === 'GrokClassifier') checkGrok(members)
  if (kind === 'JsonClassifier' && pathSteps(members.JsonPath ?? '$') === undefined)
    throw invalidInput(`JsonPath ${members.JsonPath} is not supported: $, $.name and $[*] are.`)
  if (
    kind === 'CsvClassifier' &&
    members.Delimiter !== undefined &&
    members.Delimiter === members.QuoteSymbol
  )
    throw invalidInput('Delimiter and QuoteSymbol are the same.')
}

function checkGrok({ GrokPattern: pattern = '', CustomPatterns: own = '' }: ClassifierMembers): void {
  try {
    grokSerde({ columns: [], parameters: { 'input.format': pattern, 'input.grokCustomPatterns': own } })
  } catch (error) {
    if (!(error instanceof BadTable)) throw error
    throw invalidInput(`GrokPattern: ${error.message}`)
  }
}
