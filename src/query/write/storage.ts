/** Formats as tables declare them (SerDe, input and output format), both ways. */
import type { SerdeInfo, StorageDescriptor, TableInput } from '../../base/glue.ts'
import type { FileCompression, FileFormat, TextFormat } from '../engine/write/protocol.ts'
import { compressionNamed } from './compression.ts'
import { refused } from './refusals.ts'
import { textFormat } from './text-format.ts'

type Storage = Pick<StorageDescriptor, 'InputFormat' | 'OutputFormat' | 'SerdeInfo'>

const PARQUET = 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
const JSON_LINES = 'org.apache.hive.hcatalog.data.JsonSerDe'
const TEXT = 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe'

const OF_TEXT = {
  InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
  OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
}

/** How a new table declares the format of its files. */
export function storageOf(format: FileFormat): Storage {
  if (format.kind === 'parquet')
    return {
      InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
      OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
      SerdeInfo: serde(PARQUET, { 'serialization.format': '1' }),
    }
  if (format.kind === 'json')
    return { ...OF_TEXT, SerdeInfo: serde(JSON_LINES, { 'serialization.format': '1' }) }
  const field = format.separators[0]!
  return { ...OF_TEXT, SerdeInfo: serde(TEXT, { 'field.delim': field, 'serialization.format': field }) }
}

function serde(library: string, parameters: Record<string, string>): SerdeInfo {
  return { SerializationLibrary: library, Parameters: parameters }
}

const JSON_SERDES = [
  JSON_LINES,
  'org.openx.data.jsonserde.JsonSerDe',
  'org.apache.hadoop.hive.serde2.JsonSerDe',
]

/** What is inserted into a table that is there already; gzip where it says nothing, as Athena. */
export function formatOfTable(input: TableInput): FileFormat {
  const parameters = input.Parameters ?? {}
  const { SerdeInfo: info = {} } = input.StorageDescriptor ?? {}
  const library = info.SerializationLibrary ?? TEXT
  const compression = compressionNamed(parameters['write.compression'] ?? parameters['parquet.compression'])
  if (library === PARQUET) return { kind: 'parquet', compression }
  if (JSON_SERDES.includes(library)) return jsonFormat(info, compression)
  if (library === TEXT) return insertedText(info, parameters, compression)
  throw refused(`NOT_SUPPORTED: tables with the SerDe ${library} can not be written to`)
}

function jsonFormat(info: SerdeInfo, compression: FileCompression): FileFormat {
  const mapped = Object.keys(info.Parameters ?? {}).find((name) => name.startsWith('mapping.'))
  if (mapped !== undefined)
    throw refused(
      `NOT_SUPPORTED: tables whose columns have other names in the files (${mapped}) can not be written to`,
    )
  return { kind: 'json', compression }
}

function insertedText(
  info: SerdeInfo,
  parameters: Readonly<Record<string, string>>,
  compression: FileCompression,
): TextFormat {
  if (Number(parameters['skip.header.line.count'] ?? 0) > 0)
    throw refused(
      'NOT_SUPPORTED: Inserting into Hive table with skip.header.line.count property not supported',
    )
  return textFormat(compression, info.Parameters ?? {})
}

/** The end of a file's name: readers know compressed texts by it. */
export function fileExtension({ kind, compression }: FileFormat): string {
  if (kind === 'parquet') return '.parquet'
  return { none: '', gzip: '.gz', zstd: '.zst', snappy: '.snappy' }[compression]
}
