/**
 * How the files of a table are to be read, from its StorageDescriptor: a SerDe of text, or Parquet as it lies there. What
 * Athena reads and we do not is refused by name.
 */
import type { StorageDescriptor } from '../../base/glue.ts'
import type { Column } from '../../base/schema.ts'
import { grokSerde } from './grok-serde.ts'
import { cloudTrailSerde, hiveJsonSerde, openxJsonSerde } from './json-serde.ts'
import { lazySimpleSerde } from './lazy-simple.ts'
import { openCsvSerde } from './open-csv.ts'
import { regexSerde } from './regex-serde.ts'
import { BadTable, type SerdeOptions, type TextSerde } from './text-serde.ts'

/** A plain value: it goes to another process, and names copies. */
export interface TextFormat {
  serde: SerdeName
  /** What a record is: a line, or an object in the array of CloudTrail's files. */
  records: 'line' | 'cloudtrail'
  parameters: Record<string, string>
  skipHeaderLines: number
  skipFooterLines: number
}

export type SerdeName = keyof typeof SERDES

const SERDES = {
  'openx-json': openxJsonSerde,
  'hive-json': hiveJsonSerde,
  cloudtrail: cloudTrailSerde,
  'lazy-simple': lazySimpleSerde,
  'open-csv': openCsvSerde,
  regex: regexSerde,
  grok: grokSerde,
} satisfies Record<string, (options: SerdeOptions) => TextSerde>

/** Java classes in lower case. */
const LIBRARIES = new Map<string, SerdeName | 'parquet'>(
  Object.entries({
    'org.openx.data.jsonserde.jsonserde': 'openx-json',
    'org.apache.hive.hcatalog.data.jsonserde': 'hive-json',
    'org.apache.hadoop.hive.serde2.jsonserde': 'hive-json',
    'org.apache.hadoop.hive.serde2.lazy.lazysimpleserde': 'lazy-simple',
    'org.apache.hadoop.hive.serde2.opencsvserde': 'open-csv',
    'com.bizo.hive.serde.csv.csvserde': 'open-csv',
    'org.apache.hadoop.hive.serde2.regexserde': 'regex',
    'org.apache.hadoop.hive.contrib.serde2.regexserde': 'regex',
    'com.amazonaws.glue.serde.grokserde': 'grok',
    'com.amazon.emr.hive.serde.cloudtrailserde': 'cloudtrail',
    'org.apache.hadoop.hive.ql.io.parquet.serde.parquethiveserde': 'parquet',
    'parquet.hive.serde.parquethiveserde': 'parquet',
  } as const),
)

/** Words in class names of what can not be read. */
const REFUSED: [pattern: RegExp, name: string][] = [
  [/orc/i, 'ORC'],
  [/avro/i, 'Avro'],
  [/ion/i, 'Amazon Ion'],
  [/columnarserde|rcfile/i, 'RCFile'],
  [/sequencefile|lazybinary/i, 'SequenceFile'],
  [/iceberg/i, 'Iceberg'],
  [/multidelimit/i, 'MultiDelimitSerDe'],
  [/symlink/i, 'SymlinkTextInputFormat'],
]

const CLOUDTRAIL_INPUT = 'com.amazon.emr.cloudtrail.cloudtrailinputformat'
const TEXT_INPUT = 'org.apache.hadoop.mapred.textinputformat'
const PARQUET_INPUT = 'org.apache.hadoop.hive.ql.io.parquet.mapredparquetinputformat'

/** Throws BadTable. */
export function fileFormat(
  storage: StorageDescriptor,
  tableParameters: Readonly<Record<string, string>>,
): 'parquet' | TextFormat {
  const library = storage.SerdeInfo?.SerializationLibrary ?? ''
  const input = (storage.InputFormat ?? '').toLowerCase()
  refuse(tableParameters['table_type'] ?? '')
  refuse(storage.InputFormat ?? '')
  const serde = LIBRARIES.get(library.toLowerCase())
  if (serde === undefined) refuse(library)
  if (serde === 'parquet' || (library === '' && input === PARQUET_INPUT)) return 'parquet'
  if (serde === undefined) throw unknownSerde(library)
  const isCloudTrail = serde === 'cloudtrail' || input === CLOUDTRAIL_INPUT
  if (!isCloudTrail && input !== '' && input !== TEXT_INPUT) {
    throw new BadTable(
      `HIVE_UNSUPPORTED_FORMAT: Unable to create input format ${storage.InputFormat}`,
      'text is read with org.apache.hadoop.mapred.TextInputFormat',
    )
  }
  const parameters = storage.SerdeInfo?.Parameters ?? {}
  checkLineEnds({ ...tableParameters, ...parameters })
  return {
    serde: isCloudTrail && serde === 'hive-json' ? 'cloudtrail' : serde,
    records: isCloudTrail ? 'cloudtrail' : 'line',
    parameters,
    skipHeaderLines: lineCount('skip.header.line.count', tableParameters, parameters),
    skipFooterLines: lineCount('skip.footer.line.count', tableParameters, parameters),
  }
}

/** Throws BadTable. */
export function createTextSerde(format: TextFormat, columns: readonly Column[]): TextSerde {
  return SERDES[format.serde]({ columns, parameters: format.parameters })
}

/** Are columns found by their names? Else a column is a field by its position. */
export function readsByName(format: 'parquet' | TextFormat): boolean {
  return format === 'parquet' || ['openx-json', 'hive-json', 'cloudtrail', 'grok'].includes(format.serde)
}

function refuse(name: string): void {
  const refused = REFUSED.find(([pattern]) => pattern.test(lastWord(name)))
  if (refused === undefined) return
  throw new BadTable(
    `HIVE_UNSUPPORTED_FORMAT: ${refused[1]} is not supported (${name})`,
    'convert the files to Parquet, or to JSON or CSV text',
  )
}

/** The class without its package, whose name may hold any of the words. */
function lastWord(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}

function unknownSerde(library: string): BadTable {
  if (library === '') {
    return new BadTable(
      'HIVE_INVALID_METADATA: the table names no SerDe (SerdeInfo.SerializationLibrary)',
      'create it with ROW FORMAT or STORED AS',
    )
  }
  return new BadTable(
    `HIVE_SERDE_NOT_FOUND: deserializer does not exist: ${library}`,
    'docs/guides/external-tables.md lists the SerDes',
  )
}

function checkLineEnds(parameters: Readonly<Record<string, string>>): void {
  const delimiter = parameters['textinputformat.record.delimiter'] ?? parameters['line.delim']
  if (delimiter === undefined || delimiter === '\n' || delimiter === '10' || delimiter === '\\n') return
  throw new BadTable(
    `HIVE_UNSUPPORTED_FORMAT: lines that end with ${JSON.stringify(delimiter)} are not supported`,
    'lines end with a newline, a carriage return or both',
  )
}

/** Held back until it is known that they are not the last ones. */
const FOOTER_LINES_MAX = 1000

function lineCount(
  name: 'skip.header.line.count' | 'skip.footer.line.count',
  ...places: Readonly<Record<string, string>>[]
): number {
  const text = places.map((parameters) => parameters[name]).find((value) => value !== undefined)
  if (text === undefined) return 0
  const count = /^\d{1,9}$/.test(text.trim()) ? Number(text) : NaN
  if (count <= (name === 'skip.header.line.count' ? Number.MAX_SAFE_INTEGER : FOOTER_LINES_MAX)) return count
  throw new BadTable(
    `HIVE_INVALID_METADATA: Invalid value for ${name} property: ${text}`,
    'give it a small whole number',
  )
}
