/** What several operations are handed after the shapes have been checked. */
export interface ResultConfiguration {
  OutputLocation?: string
  EncryptionConfiguration?: { EncryptionOption: string; KmsKey?: string }
  ExpectedBucketOwner?: string
  AclConfiguration?: { S3AclOption: string }
}

export interface ReuseConfiguration {
  ResultReuseByAgeConfiguration?: { Enabled: boolean; MaxAgeInMinutes?: number }
}

export interface ManagedResults {
  Enabled: boolean
  EncryptionConfiguration?: { KmsKey: string }
}

export interface Tag {
  Key?: string
  Value?: string
}

export interface WorkGroupConfiguration {
  ResultConfiguration?: ResultConfiguration
  ManagedQueryResultsConfiguration?: ManagedResults
  EnforceWorkGroupConfiguration?: boolean
  PublishCloudWatchMetricsEnabled?: boolean
  BytesScannedCutoffPerQuery?: number
  RequesterPaysEnabled?: boolean
  EnableMinimumEncryptionConfiguration?: boolean
  EngineVersion?: { SelectedEngineVersion?: string; EffectiveEngineVersion?: string }
}
