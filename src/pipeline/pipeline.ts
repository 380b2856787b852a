/** The contract of the room: a pipeline file with every default filled in and every path absolute. */
import type { StreamConfig } from '../base/stream.ts'
import type { FunctionTargets } from '../deliver/lambda/transformer.ts'
import type { Problem } from './problem.ts'

export interface Pipeline {
  /** The file it was read from, absolute. */
  file: string
  streams: StreamConfig[]
  /** What stands behind the ARNs of Lambda functions. */
  functions: FunctionTargets
  /** URLs of live databases, by the names of their catalogs. */
  catalogs: Readonly<Record<string, string>>
  store: StoreConfig
  endpoint: EndpointConfig
}

export type StoreConfig =
  | { kind: 'local'; path: string }
  | { kind: 's3'; endpoint: string | undefined; region: string; pathStyle: boolean }

export interface EndpointConfig {
  region: string
  /** Further names and addresses for the certificate. */
  names: string[]
  /** Absolute paths of the operator's own; undefined: one is made. */
  certificate: { certificate: string; key: string } | undefined
}

/** Warnings are about what may well be meant: a folder that is not there yet. */
export type LoadedPipeline =
  | { pipeline: Pipeline; problems?: never; warnings: Problem[] }
  | { pipeline?: never; problems: Problem[]; warnings: Problem[] }
