/**
 * The contract of Lambda transformation: what stands behind an ARN is called with AWS's event, in a process of its own
 * or over HTTP. One transformer serves all streams.
 */
import type { FirehoseLambda, FirehoseProcessing } from '../../base/firehose-delivery.ts'

/** ARN (as in the pipeline file's `functions`, without a version) -> an absolute path of a module, or an http(s) URL. */
export type FunctionTargets = Record<string, { module: string } | { url: string }>

export interface TransformJob {
  lambda: FirehoseLambda
  streamArn: string
  region: string
  /** The segment's data file and where its records end; as in PrepareJob. */
  path: string
  bytes: number
  recordEnds: Uint32Array | undefined
  firstArrivalMs: number
  /** What happens to the records before Lambda sees them (format/firehose/units.ts). */
  before: Pick<FirehoseProcessing, 'decompression' | 'deaggregation'>
  /** Written durably (format/firehose/transformed-file.ts); there already: it is the answer, nothing is called again. */
  out: string
}

export interface Transformer {
  /** Resolves when `out` is on disk. A function that fails for good has its records in it as failures. */
  transform(job: TransformJob): Promise<void>
  close(): Promise<void>
}
