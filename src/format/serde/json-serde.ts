/**
 * JSON as Athena's SerDes read it: OpenX's, Hive's, and the records of CloudTrail. The values are those of Firehose's format
 * conversion (column-values.ts); what differs is what becomes of text that is not JSON, and of keys that are there twice.
 * Several objects on a line are as many rows, where Athena would read the first one only.
 */
import { objectOf, rowValue } from './column-values.ts'
import { readDocuments, type JsonTree } from './json-tree.ts'
import { Malformed } from './malformed.ts'
import type { SerdeRules } from './rules.ts'
import { BadRow, type SerdeOptions, type TextSerde } from './text-serde.ts'
import { timestampFormats } from './text-values.ts'

const NULLS = '{}\n'

export function openxJsonSerde({ columns, parameters }: SerdeOptions): TextSerde {
  const caseInsensitive = parameters['case.insensitive']?.toLowerCase() !== 'false'
  const rules: SerdeRules = {
    isLenient: true,
    caseInsensitive,
    lowercasesKeys: caseInsensitive,
    dotsToUnderscores: parameters['dots.in.keys']?.toLowerCase() === 'true',
    keyMappings: mappingsOf(parameters),
    mapsFields: true,
    timestampFormats: [],
  }
  const row = rowValue(columns, rules, '')
  const objectFrom = objectOf(columns, rules, '')
  const ignoresMalformed = parameters['ignore.malformed.json']?.toLowerCase() === 'true'
  const foldKey = caseInsensitive ? (key: string) => key.toLowerCase() : (key: string) => key
  const lineOf = (tree: JsonTree): string => {
    if (tree instanceof Map) return `${row(tree)}\n`
    return Array.isArray(tree) ? `${row(objectFrom(tree))}\n` : NULLS
  }
  return {
    encoding: 'utf8',
    rows(line) {
      const first = line.trimStart()[0]
      // OpenX looks at the first sign only: what begins otherwise is a row of NULLs.
      if (first !== '{' && first !== '[') return NULLS
      return readable(() => {
        const trees = documentsOf(line, foldKey, ignoresMalformed)
        return trees === undefined ? NULLS : trees.map(lineOf).join('')
      })
    },
  }
}

function documentsOf(
  line: string,
  foldKey: (key: string) => string,
  ignoresMalformed: boolean,
): JsonTree[] | undefined {
  try {
    return readDocuments(line, foldKey)
  } catch (error) {
    if (error instanceof Malformed && ignoresMalformed) return undefined
    throw error
  }
}

/** `mapping.ts` = `timestamp`: the column ts is the key timestamp. */
function mappingsOf(parameters: SerdeOptions['parameters']): Map<string, string> {
  const prefix = 'mapping.'
  const mapped = Object.entries(parameters).filter(([name]) => name.startsWith(prefix))
  return new Map(mapped.map(([name, key]) => [name.slice(prefix.length).toLowerCase(), key]))
}

export function hiveJsonSerde({ columns, parameters }: SerdeOptions): TextSerde {
  return objectsOnly(columns, { ...HIVE_RULES, timestampFormats: timestampFormats(parameters) })
}

/** Its input format makes texts of what is an object where the table has a string. */
export function cloudTrailSerde({ columns }: SerdeOptions): TextSerde {
  return objectsOnly(columns, { ...HIVE_RULES, isLenient: true })
}

const HIVE_RULES: SerdeRules = {
  isLenient: false,
  caseInsensitive: true,
  lowercasesKeys: false,
  dotsToUnderscores: false,
  keyMappings: new Map(),
  mapsFields: false,
  timestampFormats: [],
}

function objectsOnly(columns: SerdeOptions['columns'], rules: SerdeRules): TextSerde {
  const row = rowValue(columns, rules, '')
  const lineOf = (tree: JsonTree): string => {
    if (tree instanceof Map) return `${row(tree)}\n`
    throw new BadRow('HIVE_CURSOR_ERROR: java.io.IOException: Start of Object expected')
  }
  return {
    encoding: 'utf8',
    rows: (line) =>
      readable(() => {
        const trees = readDocuments(line, (key) => key)
        return trees.length === 0 ? NULLS : trees.map(lineOf).join('')
      }),
  }
}

const DUPLICATES_HINT =
  "where keys differ in case only, use OpenX's SerDe with case.insensitive = false, and mapping.<column> for keys with capitals"

/** In Athena's words. */
function readable<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    if (error.code === 'DataFormatConversion.ParseError') {
      const hint = error.problem.startsWith('Duplicate key') ? DUPLICATES_HINT : undefined
      throw new BadRow(
        `HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: ${error.problem}`,
        hint,
      )
    }
    throw new BadRow(
      `HIVE_BAD_DATA: Error parsing field value for field ${error.column ?? 0}: ${error.problem}`,
    )
  }
}
