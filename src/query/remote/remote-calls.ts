/** What the server and the process of live databases say to each other. */
import type { QueryColumn, RemoteRequest } from '../query.ts'

export interface DatabasesCall {
  url: string
}

export interface TablesCall {
  url: string
  database: string
}

export interface TableAnswer {
  name: string
  columns: QueryColumn[]
}

export interface ReadCall {
  /** For `cancel`. */
  id: number
  url: string
  database: string
  table: string
  request: RemoteRequest
  /** A new file. */
  path: string
  bytesMax: number
}

export interface ReadAnswer {
  rows: number
  bytes: number
}
