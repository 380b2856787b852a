/** Formats as tables declare them (SerDe, input and output format), both ways. */
import type { StorageDescriptor, TableInput } from '../../base/glue.ts'
import { fileFormat, type TextFormat as ReadFormat } from '../../format/serde/file-format.ts'
import { BadTable } from '../../format/serde/text-serde.ts'
import type { FileCompression, FileFormat, TextFormat } from '../engine/write/protocol.ts'
import { FORMATS } from '../statement/formats.ts'
import { compressionNamed } from './compression.ts'
import { refused } from './refusals.ts'
import { delimiterProperty, textFormat } from './text-format.ts'

type Storage = Pick<StorageDescriptor, 'InputFormat' | 'OutputFormat' | 'SerdeInfo'>

/** The word behind STORED AS. */
const WORDS: Record<FileFormat['kind'], string> = { parquet: 'PARQUET', json: 'JSON', text: 'TEXTFILE' }

/** How a new table declares the format of its files. */
export function storageOf(format: FileFormat): Storage {
  const { serde, input, output } = FORMATS[WORDS[format.kind]]!
  return {
    InputFormat: input,
    OutputFormat: output,
    SerdeInfo: { SerializationLibrary: serde, Parameters: serdeParameters(format) },
  }
}

function serdeParameters(format: FileFormat): Record<string, string> {
  if (format.kind !== 'text') return { 'serialization.format': '1' }
  const field = delimiterProperty(format.separators[0]!)
  return { 'field.delim': field, 'serialization.format': field }
}

/** What is inserted into a table that is there already: what its reader reads. Gzip where it says nothing, as Athena. */
export function formatOfTable(input: TableInput): FileFormat {
  const parameters = input.Parameters ?? {}
  const read = readFormat(input)
  const compression = compressionNamed(parameters['write.compression'] ?? parameters['parquet.compression'])
  if (read === 'parquet') return { kind: 'parquet', compression }
  if (read.skipHeaderLines > 0 || read.skipFooterLines > 0)
    throw refused(
      'NOT_SUPPORTED: Inserting into Hive table with skip.header.line.count or skip.footer.line.count property not supported',
    )
  if (read.serde === 'openx-json' || read.serde === 'hive-json') return jsonFormat(read, compression)
  if (read.serde === 'lazy-simple') return lineFormat(input, read, compression)
  const library = input.StorageDescriptor?.SerdeInfo?.SerializationLibrary
  throw refused(`NOT_SUPPORTED: tables with the SerDe ${library} can not be written to`)
}

function readFormat(input: TableInput): 'parquet' | ReadFormat {
  try {
    return fileFormat(input.StorageDescriptor ?? {}, input.Parameters ?? {})
  } catch (error) {
    if (error instanceof BadTable) throw refused(error.message, error.hint)
    throw error
  }
}

function jsonFormat({ parameters }: ReadFormat, compression: FileCompression): FileFormat {
  const mapped = Object.keys(parameters).find((name) => name.startsWith('mapping.'))
  if (mapped !== undefined)
    throw refused(
      `NOT_SUPPORTED: tables whose columns have other names in the files (${mapped}) can not be written to`,
    )
  return { kind: 'json', compression }
}

function lineFormat(
  { StorageDescriptor: storage }: TableInput,
  { parameters }: ReadFormat,
  compression: FileCompression,
): TextFormat {
  const format = textFormat(compression, parameters)
  // As tables of raw lines have it, whose only field never ends before its line.
  if (/[\r\n]/.test(format.separators[0]!) && (storage?.Columns ?? []).length > 1)
    throw refused('NOT_SUPPORTED: fields that end as lines do can not be written')
  return format
}

/** The end of a file's name: readers know compressed texts by it. */
export function fileExtension({ kind, compression }: FileFormat): string {
  if (kind === 'parquet') return '.parquet'
  return { none: '', gzip: '.gz', zstd: '.zst', snappy: '.snappy' }[compression]
}
