/** WITH (…) of CREATE TABLE AS and UNLOAD. */
import type { FileFormat } from '../engine/write/protocol.ts'
import type { Properties, PropertyValue } from '../statement/statement.ts'
import { compressionNamed } from './compression.ts'
import { refused } from './refusals.ts'
import { delimited } from './text-format.ts'

export interface WriteProperties {
  format: FileFormat
  partitionedBy: string[]
  externalLocation: string | undefined
}

const OF_TABLES = [
  'format',
  'write_compression',
  'parquet_compression',
  'orc_compression',
  'compression_level',
  'field_delimiter',
  'partitioned_by',
  'bucketed_by',
  'bucket_count',
  'external_location',
  'table_type',
  'is_external',
]
const OF_UNLOAD = ['format', 'compression', 'compression_level', 'field_delimiter', 'partitioned_by']

/** Formats of Athena that nothing here writes. */
const NOT_WRITTEN = ['ORC', 'AVRO', 'ION']

export function tableProperties(properties: Properties): WriteProperties {
  const reader = new PropertyReader(properties, OF_TABLES)
  const compression = reader.text('write_compression') ?? reader.text('parquet_compression')
  checkBuckets(reader)
  return {
    format: formatOf(reader, compression),
    partitionedBy: reader.names('partitioned_by'),
    externalLocation: reader.text('external_location'),
  }
}

export function unloadProperties(properties: Properties): WriteProperties {
  const reader = new PropertyReader(properties, OF_UNLOAD)
  return {
    format: formatOf(reader, reader.text('compression')),
    partitionedBy: reader.names('partitioned_by'),
    externalLocation: undefined,
  }
}

/**
 * Buckets are a layout of files that changes no answer. The files are written without it, and the table does not claim to
 * have it: an engine that believed it would skip files that hold its rows.
 */
function checkBuckets(reader: PropertyReader): void {
  const [columns, count] = [reader.names('bucketed_by'), reader.number('bucket_count')]
  if (columns.length > 0 && (count === undefined || count < 1))
    throw refused('INVALID_TABLE_PROPERTY: bucket_count must be greater than zero where bucketed_by is given')
  if (columns.length === 0 && count !== undefined)
    throw refused('INVALID_TABLE_PROPERTY: bucketed_by is needed where bucket_count is given')
}

/** Parquet where none is named, as at Athena. */
function formatOf(reader: PropertyReader, compressionName: string | undefined): FileFormat {
  const compression = compressionNamed(compressionName)
  const format = (reader.text('format') ?? 'PARQUET').toUpperCase()
  const delimiter = reader.text('field_delimiter')
  if (delimiter !== undefined && format !== 'TEXTFILE')
    throw refused('INVALID_TABLE_PROPERTY: field_delimiter is for the format TEXTFILE only')
  if (format === 'PARQUET') return { kind: 'parquet', compression }
  if (format === 'JSON') return { kind: 'json', compression }
  if (format === 'TEXTFILE') return delimited(compression, delimiter)
  const why = NOT_WRITTEN.includes(format) ? 'can not be written' : 'is not known'
  throw refused(`NOT_SUPPORTED: the format ${format} ${why}`, 'PARQUET, JSON and TEXTFILE can be written')
}

class PropertyReader {
  readonly #properties: Properties

  constructor(properties: Properties, known: readonly string[]) {
    for (const name of Object.keys(properties))
      if (!known.includes(name))
        throw refused(
          `INVALID_TABLE_PROPERTY: line 1:1: table property '${name}' does not exist`,
          `there are ${known.join(', ')}`,
        )
    this.#properties = properties
  }

  text(name: string): string | undefined {
    const value = this.#value(name)
    if (value !== undefined && typeof value !== 'string') throw this.#wrong(name, 'a text')
    return value
  }

  number(name: string): number | undefined {
    const value = this.#value(name)
    if (value !== undefined && typeof value !== 'number') throw this.#wrong(name, 'a number')
    return value
  }

  /** Names of columns, in lower case. */
  names(name: string): string[] {
    const value = this.#value(name) ?? []
    if (!Array.isArray(value)) throw this.#wrong(name, "a list, as in ARRAY['a', 'b'],")
    return value.map((column) => column.toLowerCase())
  }

  #value(name: string): PropertyValue | undefined {
    return Object.hasOwn(this.#properties, name) ? this.#properties[name] : undefined
  }

  #wrong(name: string, what: string): Error {
    return refused(`INVALID_TABLE_PROPERTY: ${what} is expected for table property '${name}'`)
  }
}
