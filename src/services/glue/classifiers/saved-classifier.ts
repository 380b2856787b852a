/** What the catalog keeps of a classifier: its input under the name of its kind, and its version. */
import type { GlueResource } from '../../../catalog/glue.ts'
import { classifierNotFound, invalidInput } from '../faults.ts'
import type { GlueContext } from '../glue-context.ts'

export interface ClassifierMembers {
  Name: string
  Classification?: string
  GrokPattern?: string
  CustomPatterns?: string
  JsonPath?: string
  Delimiter?: string
  QuoteSymbol?: string
  ContainsHeader?: 'UNKNOWN' | 'PRESENT' | 'ABSENT'
  Header?: string[]
  AllowSingleColumn?: boolean
  CustomDatatypes?: string[]
  Serde?: 'OpenCSVSerDe' | 'LazySimpleSerDe' | 'None'
}

export interface ClassifierInput {
  GrokClassifier?: ClassifierMembers
  XMLClassifier?: ClassifierMembers
  JsonClassifier?: ClassifierMembers
  CsvClassifier?: ClassifierMembers
}

export type ClassifierKind = keyof ClassifierInput

export interface SavedClassifier {
  kind: ClassifierKind
  members: ClassifierMembers
  version: number
}

/** The one that it holds. Throws InvalidInputException. */
export function onlyClassifier(input: ClassifierInput): { kind: ClassifierKind; members: ClassifierMembers } {
  const given = Object.entries(input).filter(([, members]) => members !== undefined) as [
    ClassifierKind,
    ClassifierMembers,
  ][]
  const [only, ...others] = given
  if (only === undefined || others.length > 0) throw invalidInput('A classifier is of exactly one kind.')
  const [kind, members] = only
  if (kind === 'XMLClassifier') throw invalidInput('XML classifiers are not supported here.')
  return { kind, members }
}

export function savedClassifier({ definition }: GlueResource): SavedClassifier {
  return JSON.parse(definition) as SavedClassifier
}

/** Throws EntityNotFoundException. */
export function classifierNamed({ catalog }: Pick<GlueContext, 'catalog'>, name: string): GlueResource {
  const found = catalog.glue.resources.find('classifier', name)
  if (found === undefined) throw classifierNotFound(name)
  return found
}

export function classifierOutput(resource: GlueResource): object {
  const { kind, members, version } = savedClassifier(resource)
  return {
    [kind]: {
      ...members,
      CreationTime: resource.createdMs / 1000,
      LastUpdated: resource.updatedMs / 1000,
      Version: version,
    },
  }
}
