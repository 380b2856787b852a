/** How readers of Hive's world read what streams write: by the class names of its formats. */
import type { Column } from '../../base/schema.ts'
import type { StoredObject } from '../../catalog/catalog.ts'
import type { StorageDescriptor } from '../../base/glue.ts'

const TEXT_FILES = {
  InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
  OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
}

export function streamStorage(
  format: StoredObject['format'],
  columns: readonly Column[],
): Pick<StorageDescriptor, 'InputFormat' | 'OutputFormat' | 'SerdeInfo'> {
  if (format === 'parquet')
    return {
      InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
      OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
      SerdeInfo: {
        SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
        Parameters: { 'serialization.format': '1' },
      },
    }
  if (format === 'json')
    return {
      ...TEXT_FILES,
      SerdeInfo: {
        SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
        Parameters: mappings(columns),
      },
    }
  // A raw record is a line of text: all of it is the first column.
  return {
    ...TEXT_FILES,
    SerdeInfo: {
      SerializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe',
      Parameters: { 'field.delim': '\n', 'serialization.format': '\n' },
    },
  }
}

/** The classes compare without regard to case: only what is called otherwise has to be said. */
function mappings(columns: readonly Column[]): Record<string, string> {
  const others = columns.filter(({ name, key }) => key.toLowerCase() !== name)
  return Object.fromEntries(others.map(({ name, key }) => [`mapping.${name}`, key]))
}
