/** In what the two deserializers differ, as AWS was seen to behave. */
import type { FirehoseConversion } from '../../base/firehose-delivery.ts'

export interface SerdeRules {
  /**
   * OpenX: text is read as a number, what is no array as an array of one, an array as a struct by position, and what is no
   * text as its JSON. Hive refuses these.
   */
  isLenient: boolean
  /** Columns and fields are found by keys in another case. */
  caseInsensitive: boolean
  /** Keys that are data (of maps, and in the JSON of what becomes text) are stored in lower case. */
  lowercasesKeys: boolean
  dotsToUnderscores: boolean
  /** Column in lower case -> JSON key. */
  keyMappings: ReadonlyMap<string, string>
  /** The mappings hold for fields of structs as well. */
  mapsFields: boolean
  /** Of Hive; empty: java.sql.Timestamp's. */
  timestampFormats: readonly string[]
}

export function rulesOf(options: FirehoseConversion['deserializer']): SerdeRules {
  if (options.kind === 'hive') {
    return {
      isLenient: false,
      caseInsensitive: true,
      lowercasesKeys: false,
      dotsToUnderscores: false,
      keyMappings: new Map(),
      mapsFields: false,
      timestampFormats: options.timestampFormats,
    }
  }
  const mappings = Object.entries(options.keyMappings)
  return {
    isLenient: true,
    caseInsensitive: options.caseInsensitive,
    lowercasesKeys: options.caseInsensitive,
    dotsToUnderscores: options.dotsToUnderscores,
    keyMappings: new Map(mappings.map(([column, key]) => [column.toLowerCase(), key])),
    mapsFields: false,
    timestampFormats: [],
  }
}
