import type { Catalog } from '../../../catalog/catalog.ts'
import type { CustomClassifier } from '../crawlers/classify/file-schema.ts'
import { savedClassifier, type SavedClassifier } from './saved-classifier.ts'

/** Those of a crawler, in its order. One that was deleted is left out, as in AWS. */
export function customClassifiers(
  { glue }: Pick<Catalog, 'glue'>,
  names: readonly string[],
): CustomClassifier[] {
  return names.flatMap((name) => {
    const found = glue.resources.find('classifier', name)
    return found === undefined ? [] : [toCustom(savedClassifier(found))]
  })
}

function toCustom({ kind, members }: SavedClassifier): CustomClassifier {
  if (kind === 'JsonClassifier') return { kind: 'json', path: members.JsonPath ?? '$' }
  if (kind === 'CsvClassifier')
    return {
      kind: 'csv',
      delimiter: members.Delimiter,
      quote: members.QuoteSymbol,
      header: members.ContainsHeader ?? 'UNKNOWN',
      names: members.Header ?? [],
      types: members.CustomDatatypes ?? [],
      allowsSingleColumn: members.AllowSingleColumn ?? false,
      serde: members.Serde ?? 'None',
    }
  return {
    kind: 'grok',
    classification: members.Classification ?? members.Name,
    pattern: members.GrokPattern ?? '',
    customPatterns: members.CustomPatterns ?? '',
  }
}
