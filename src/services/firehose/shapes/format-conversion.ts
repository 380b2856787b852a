/** Conversion of JSON records to Parquet or ORC. After AWS's model, as ../shapes.ts. */
import type { ListShape, NumberShape, StructureShape } from '../../../aws/shape.ts'
import { NON_EMPTY_STRING, NON_EMPTY_STRING_WITHOUT_WHITESPACE } from './shared.ts'

const SCHEMA_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    RoleARN: NON_EMPTY_STRING_WITHOUT_WHITESPACE,
    CatalogId: NON_EMPTY_STRING_WITHOUT_WHITESPACE,
    DatabaseName: NON_EMPTY_STRING_WITHOUT_WHITESPACE,
    TableName: NON_EMPTY_STRING_WITHOUT_WHITESPACE,
    Region: NON_EMPTY_STRING_WITHOUT_WHITESPACE,
    VersionId: NON_EMPTY_STRING_WITHOUT_WHITESPACE,
  },
}

const OPENX_JSON_SERDE: StructureShape = {
  type: 'structure',
  members: {
    ConvertDotsInJsonKeysToUnderscores: { type: 'boolean' },
    CaseInsensitive: { type: 'boolean' },
    ColumnToJsonKeyMappings: {
      type: 'map',
      key: NON_EMPTY_STRING_WITHOUT_WHITESPACE,
      value: NON_EMPTY_STRING,
    },
  },
}

const HIVE_JSON_SERDE: StructureShape = {
  type: 'structure',
  members: {
    TimestampFormats: { type: 'list', member: NON_EMPTY_STRING },
  },
}

const DESERIALIZER: StructureShape = {
  type: 'structure',
  members: {
    OpenXJsonSerDe: OPENX_JSON_SERDE,
    HiveJsonSerDe: HIVE_JSON_SERDE,
  },
}

const INPUT_FORMAT_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    Deserializer: DESERIALIZER,
  },
}

const BLOCK_SIZE_BYTES: NumberShape = { type: 'integer', min: 67_108_864 }

const PARQUET_SERDE: StructureShape = {
  type: 'structure',
  members: {
    BlockSizeBytes: BLOCK_SIZE_BYTES,
    PageSizeBytes: { type: 'integer', min: 65_536 },
    Compression: { type: 'string', enum: ['UNCOMPRESSED', 'GZIP', 'SNAPPY'] },
    EnableDictionaryCompression: { type: 'boolean' },
    MaxPaddingBytes: { type: 'integer', min: 0 },
    WriterVersion: { type: 'string', enum: ['V1', 'V2'] },
  },
}

const PROPORTION: NumberShape = { type: 'double', min: 0, max: 1 }

export const LIST_OF_NON_EMPTY_STRINGS_WITHOUT_WHITESPACE: ListShape = {
  type: 'list',
  member: NON_EMPTY_STRING_WITHOUT_WHITESPACE,
}

const ORC_SERDE: StructureShape = {
  type: 'structure',
  members: {
    StripeSizeBytes: { type: 'integer', min: 8_388_608 },
    BlockSizeBytes: BLOCK_SIZE_BYTES,
    RowIndexStride: { type: 'integer', min: 1000 },
    EnablePadding: { type: 'boolean' },
    PaddingTolerance: PROPORTION,
    Compression: { type: 'string', enum: ['NONE', 'ZLIB', 'SNAPPY'] },
    BloomFilterColumns: LIST_OF_NON_EMPTY_STRINGS_WITHOUT_WHITESPACE,
    BloomFilterFalsePositiveProbability: PROPORTION,
    DictionaryKeyThreshold: PROPORTION,
    FormatVersion: { type: 'string', enum: ['V0_11', 'V0_12'] },
  },
}

const SERIALIZER: StructureShape = {
  type: 'structure',
  members: {
    ParquetSerDe: PARQUET_SERDE,
    OrcSerDe: ORC_SERDE,
  },
}

const OUTPUT_FORMAT_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    Serializer: SERIALIZER,
  },
}

export const DATA_FORMAT_CONVERSION_CONFIGURATION: StructureShape = {
  type: 'structure',
  members: {
    SchemaConfiguration: SCHEMA_CONFIGURATION,
    InputFormatConfiguration: INPUT_FORMAT_CONFIGURATION,
    OutputFormatConfiguration: OUTPUT_FORMAT_CONFIGURATION,
    Enabled: { type: 'boolean' },
  },
}
