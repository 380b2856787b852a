/** What the operations are handed after shapes.ts has been checked: AWS's input shapes as types, as far as they are used. */
export interface DatabaseInput {
  Name: string
  Description?: string
  LocationUri?: string
  Parameters?: Record<string, string>
}

export interface GlueColumn {
  Name: string
  Type?: string
  Comment?: string
}

export interface StorageDescriptor {
  Columns?: GlueColumn[]
  Location?: string
  SerdeInfo?: { SerializationLibrary?: string; Parameters?: Record<string, string> }
}

export interface TableInput {
  Name: string
  StorageDescriptor?: StorageDescriptor
  PartitionKeys?: GlueColumn[]
  TableType?: string
  Parameters?: Record<string, string>
}

export interface PageInput {
  NextToken?: string
  MaxResults?: number
}

export interface TableNameInput {
  DatabaseName: string
  TableName: string
}
