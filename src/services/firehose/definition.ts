/** A delivery stream as the catalog keeps it (JSON) and Describe shows it: AWS's shapes, defaults filled in. */
export interface DeliveryStreamDefinition {
  name: string
  arn: string
  /** Of the credential scope that created it. */
  region: string
  /** DirectPut */
  type: string
  createdMs: number
  updatedMs: number | undefined
  /** +1 per change of the destination. */
  version: number
  /** The ExtendedS3DestinationDescription, with AWS's defaults. */
  destination: ExtendedS3Destination
  /** In the order of tagging. An object is how they were kept before; it loses the order of keys that are numbers. */
  tags: readonly (readonly [key: string, value: string])[] | Readonly<Record<string, string>>
  encryption: { status: 'ENABLED' | 'DISABLED'; keyType?: string; keyArn?: string }
  /** When encryption was started or stopped, the last 24 hours (encryption.ts). */
  encryptionCallsMs?: readonly number[]
  /** Chosen when the stream is created (table-name.ts), so that no later stream can take it. */
  table: { database: string; name: string }
}

export interface S3Destination {
  RoleARN: string
  BucketARN: string
  Prefix?: string
  ErrorOutputPrefix?: string
  BufferingHints: { SizeInMBs: number; IntervalInSeconds: number }
  CompressionFormat: 'UNCOMPRESSED' | 'GZIP' | 'ZIP' | 'Snappy' | 'HADOOP_SNAPPY'
  EncryptionConfiguration: { NoEncryptionConfig?: string; KMSEncryptionConfig?: { AWSKMSKeyARN: string } }
  CloudWatchLoggingOptions: { Enabled: boolean; LogGroupName?: string; LogStreamName?: string }
}

export interface ExtendedS3Destination extends S3Destination {
  ProcessingConfiguration?: { Enabled?: boolean; Processors?: Processor[] }
  S3BackupMode: 'Disabled' | 'Enabled'
  S3BackupDescription?: S3Destination
  DataFormatConversionConfiguration?: DataFormatConversion
  DynamicPartitioningConfiguration?: { RetryOptions?: { DurationInSeconds?: number }; Enabled?: boolean }
  FileExtension?: string
  CustomTimeZone?: string
}

export interface Processor {
  Type: string
  Parameters?: { ParameterName: string; ParameterValue: string }[]
}

export interface DataFormatConversion {
  Enabled?: boolean
  SchemaConfiguration?: {
    RoleARN?: string
    CatalogId?: string
    DatabaseName?: string
    TableName?: string
    Region?: string
    VersionId?: string
  }
  InputFormatConfiguration?: {
    Deserializer?: {
      OpenXJsonSerDe?: {
        ConvertDotsInJsonKeysToUnderscores?: boolean
        CaseInsensitive?: boolean
        ColumnToJsonKeyMappings?: Record<string, string>
      }
      HiveJsonSerDe?: { TimestampFormats?: string[] }
    }
  }
  OutputFormatConfiguration?: {
    Serializer?: {
      ParquetSerDe?: {
        BlockSizeBytes?: number
        PageSizeBytes?: number
        Compression?: string
        EnableDictionaryCompression?: boolean
        MaxPaddingBytes?: number
        WriterVersion?: string
      }
      OrcSerDe?: object
    }
  }
}
