/** The Java classes that stand for a format in the catalog. */
import type { StorageDescriptor } from '../../base/glue.ts'

export interface FormatClasses {
  serde: string
  input: string
  output: string
}

const HIVE = 'org.apache.hadoop.hive'
const TEXT = {
  input: 'org.apache.hadoop.mapred.TextInputFormat',
  output: `${HIVE}.ql.io.HiveIgnoreKeyTextOutputFormat`,
}
const LAZY_SIMPLE = `${HIVE}.serde2.lazy.LazySimpleSerDe`

/** By the word behind STORED AS. */
export const FORMATS: Record<string, FormatClasses> = {
  TEXTFILE: { serde: LAZY_SIMPLE, ...TEXT },
  PARQUET: {
    serde: `${HIVE}.ql.io.parquet.serde.ParquetHiveSerDe`,
    input: `${HIVE}.ql.io.parquet.MapredParquetInputFormat`,
    output: `${HIVE}.ql.io.parquet.MapredParquetOutputFormat`,
  },
  ORC: {
    serde: `${HIVE}.ql.io.orc.OrcSerde`,
    input: `${HIVE}.ql.io.orc.OrcInputFormat`,
    output: `${HIVE}.ql.io.orc.OrcOutputFormat`,
  },
  AVRO: {
    serde: `${HIVE}.serde2.avro.AvroSerDe`,
    input: `${HIVE}.ql.io.avro.AvroContainerInputFormat`,
    output: `${HIVE}.ql.io.avro.AvroContainerOutputFormat`,
  },
  JSON: { serde: 'org.apache.hive.hcatalog.data.JsonSerDe', ...TEXT },
  JSONFILE: { serde: 'org.apache.hive.hcatalog.data.JsonSerDe', ...TEXT },
  ION: {
    serde: 'com.amazon.ionhiveserde.IonHiveSerDe',
    input: 'com.amazon.ionhiveserde.formats.IonInputFormat',
    output: 'com.amazon.ionhiveserde.formats.IonOutputFormat',
  },
  SEQUENCEFILE: {
    serde: LAZY_SIMPLE,
    input: 'org.apache.hadoop.mapred.SequenceFileInputFormat',
    output: `${HIVE}.ql.io.HiveSequenceFileOutputFormat`,
  },
  RCFILE: {
    serde: `${HIVE}.serde2.columnar.LazyBinaryColumnarSerDe`,
    input: `${HIVE}.ql.io.RCFileInputFormat`,
    output: `${HIVE}.ql.io.RCFileOutputFormat`,
  },
}

/** What ROW FORMAT, STORED AS, SERDEPROPERTIES and the rest of CREATE TABLE say about the files. */
export interface Storage extends Partial<FormatClasses> {
  serdeParameters: Record<string, string>
}

/** All fields are there, as clients of Glue expect of tables that Athena made. */
export function storageOf(storage: Storage): StorageDescriptor {
  const text = FORMATS['TEXTFILE']!
  return {
    Columns: [],
    InputFormat: storage.input ?? text.input,
    OutputFormat: storage.output ?? text.output,
    Compressed: false,
    NumberOfBuckets: -1,
    SerdeInfo: {
      SerializationLibrary: storage.serde ?? text.serde,
      Parameters: { 'serialization.format': '1', ...storage.serdeParameters },
    },
    BucketColumns: [],
    SortColumns: [],
    Parameters: {},
    StoredAsSubDirectories: false,
  }
}
