/**
 * Every log line and the metric that goes with it, as one named function, so that names can not drift. State changes
 * only: nothing is logged per record, and a failure that goes on is logged once per episode.
 */
import { describeError, HozonError } from '../base/errors.ts'
import { formatBytes, formatCount, formatDuration } from '../base/units.ts'
import { openCloudWatch, type CloudWatch } from './cloudwatch.ts'
import { openLogger, type LoggerOptions } from './logger.ts'
import { declareMetrics } from './metric-names.ts'
import { openMetrics, type Labels } from './metrics.ts'

/** A committed run of deliver/, as far as it is told here. */
export interface DeliveredRun {
  id: string
  stream: string
  firstSegment: number
  lastSegment: number
  arrivalMs: number
  /** The settings of the run, JSON. */
  deliver: string
}

export interface DeliveredResult {
  objects: readonly { bytes: number }[]
  records: number
  rejected: number
  late: number
}

/** What `hozon status` knows of a stream, as far as it is a number. */
export interface StreamNumbers {
  name: string
  receivedRecords: number
  receivedBytes: number
  bufferedRecords: number
  bufferedBytes: number
  deliveredRecords: number
  deliveredObjects: number
  rejectedRecords: number
  lateRecords: number
  oldestBufferedSeconds: number | null
}

const ENDPOINT_FAILURE_MS = 60_000

export type Telemetry = ReturnType<typeof openTelemetry>

export function openTelemetry(options: LoggerOptions) {
  const log = openLogger(options)
  const registry = openMetrics()
  const metrics = declareMetrics(registry)
  const cloudWatch = openCloudWatch(registry)
  /** By operation: a handful of names. */
  const endpointFailures = new Map<string, number>()
  /** By operation and status: the same object each time, so that it is formatted once. */
  const answers = new Map<string, Labels>()
  const nowMs = (): number => options.clock.now()

  function answeredLabels(operation: string, status: number): Labels {
    const key = `${operation} ${status}`
    let labels = answers.get(key)
    if (labels === undefined) answers.set(key, (labels = { operation, status: String(status) }))
    return labels
  }

  return {
    /** Prometheus text. Numbers that others keep are taken over now, so that they cost nothing in between. */
    renderMetrics(streams: readonly StreamNumbers[]): string {
      for (const stream of streams) {
        takeOver(metrics, stream)
        cloudWatch.set(stream.name, 'DeliveryToS3.DataFreshness', stream.oldestBufferedSeconds ?? 0)
      }
      return registry.render()
    },

    cloudWatch,

    endpoint: {
      /** Of an operation that goes on failing in one way it is told once a minute; that a buffer is full is told by itself. */
      failed(operation: string, error: unknown): void {
        if (error instanceof HozonError && error.retryable) return
        const way = `${operation} ${codeOf(error)}`
        const lastMs = endpointFailures.get(way)
        if (lastMs !== undefined && nowMs() - lastMs < ENDPOINT_FAILURE_MS) return
        endpointFailures.set(way, nowMs())
        log.write('error', 'aws_request_failed', `${operation}: ${describeError(error)}`, {
          operation,
          ...errorFields(error),
        })
      },
      answered(operation: string, status: number, milliseconds: number): void {
        const labels = answeredLabels(operation, status)
        metrics.awsRequests.add(labels, 1)
        metrics.awsRequestSeconds.add(labels, milliseconds / 1000)
      },
    },

    server: {
      starting(version: string, file: string, dataDirectory: string): void {
        metrics.info.set({ version }, 1)
        metrics.startTime.set({}, nowMs() / 1000)
        log.write('info', 'server_starting', `hozon ${version}: ${file}, data in ${dataDirectory}`, {
          version,
          file,
          dataDirectory,
        })
      },
      waitingForStore(place: string): void {
        log.write(
          'warn',
          'store_waiting',
          `the start waits for the store, which has not answered yet: ${place}; its address is store.s3.endpoint in the pipeline file`,
          { store: place },
        )
      },
      stopping(reason: string): void {
        log.write('info', 'server_stopping', `stopping (${reason}); what is in flight is finished first`, {
          reason,
        })
      },
      stopped(): void {
        log.write('info', 'server_stopped', 'stopped')
      },
      failed(error: unknown): void {
        log.write('error', 'server_failed', describeError(error), errorFields(error))
      },
      warning(text: string): void {
        log.write('warn', 'pipeline_warning', text)
      },
      requestFailed(route: string, error: unknown): void {
        metrics.requestsFailed.add({ route }, 1)
        log.write('error', 'request_failed', `${route}: ${describeError(error)}`, {
          route,
          ...errorFields(error),
        })
      },
    },

    delivery: {
      committed(run: DeliveredRun, result: DeliveredResult): void {
        const bytes = result.objects.reduce((sum, object) => sum + object.bytes, 0)
        const lagMs = Math.max(0, nowMs() - run.arrivalMs)
        metrics.deliveredBytes.add({ stream: run.stream }, bytes)
        metrics.deliveries.add({ stream: run.stream }, 1)
        metrics.deliveryLag.set({ stream: run.stream }, lagMs / 1000)
        countDelivered(cloudWatch, run, result, bytes)
        const rejected = result.rejected === 0 ? '' : `, ${formatCount(result.rejected)} rejected`
        const text = `${run.stream}: delivered ${formatCount(result.records)} records as ${result.objects.length} objects, ${formatBytes(bytes)}${rejected}, ${formatDuration(lagMs)} after the first arrived`
        log.write('info', 'delivery_committed', text, {
          stream: run.stream,
          run: run.id,
          firstSegment: run.firstSegment,
          lastSegment: run.lastSegment,
          records: result.records,
          rejected: result.rejected,
          late: result.late,
          objects: result.objects.length,
          bytes,
          lagMs,
        })
      },
      failed(stream: string, error: unknown): void {
        metrics.deliveriesFailed.add({ stream }, 1)
        metrics.deliveryFailing.set({ stream }, 1)
        cloudWatch.set(stream, 'DeliveryToS3.Success', 0)
        const text = `${stream}: delivery waits and is tried again: ${describeError(error)}`
        log.write('warn', 'delivery_failed', text, { stream, ...errorFields(error) })
      },
      recovered(stream: string): void {
        metrics.deliveryFailing.set({ stream }, 0)
        cloudWatch.set(stream, 'DeliveryToS3.Success', 1)
        log.write('info', 'delivery_recovered', `${stream}: deliveries work again`, { stream })
      },
    },

    buffer: {
      stalled(stream: string, code: string, message: string): void {
        metrics.bufferStalled.set({ stream }, 1)
        const text = `${stream}: the buffer takes nothing (${message}); files wait, senders are told to come back`
        log.write('warn', 'buffer_stalled', text, { stream, code })
      },
      resumed(stream: string): void {
        metrics.bufferStalled.set({ stream }, 0)
        log.write('info', 'buffer_resumed', `${stream}: the buffer takes records again`, { stream })
      },
    },

    tls: {
      authorityMade(file: string, endMs: number): void {
        const until = isoDay(endMs)
        const text = `a new authority for the endpoint's certificates, until ${until}: ${file}; clients that trust a copy of the file need a fresh one`
        log.write('info', 'tls_authority_made', text, { file, until })
      },
      certificateUsed(names: readonly string[], endMs: number): void {
        const until = isoDay(endMs)
        metrics.certificateEnd.set({}, endMs / 1000)
        const text = `the endpoint's certificate: ${names.join(', ')}, until ${until}`
        log.write('info', 'tls_certificate_used', text, { names: names.join(' '), until })
      },
      renewalFailed(error: unknown): void {
        const text = `the endpoint keeps its certificate; a new one can not be had: ${describeError(error)}`
        log.write('warn', 'tls_renewal_failed', text, errorFields(error))
      },
    },

    functions: {
      printed(arn: string, line: string): void {
        const name = functionName(arn)
        log.write('info', 'function_output', `${name}: ${line}`, { function: name, line })
      },
      failing(arn: string, reason: string): void {
        const name = functionName(arn)
        metrics.functionFailing.set({ function: name }, 1)
        const text = `function ${name} fails; its records go to the error prefix: ${reason}`
        log.write('warn', 'function_failing', text, { function: name, reason })
      },
      recovered(arn: string): void {
        const name = functionName(arn)
        metrics.functionFailing.set({ function: name }, 0)
        log.write('info', 'function_recovered', `function ${name} works again`, { function: name })
      },
    },

    engine: {
      died(engine: string, reason: string): void {
        metrics.engineDeaths.add({ engine }, 1)
        log.write('warn', 'engine_died', `${engine} ended (${reason}) and is started again`, {
          engine,
          reason,
        })
      },
    },

    collect: {
      fileDenied(stream: string, path: string): void {
        metrics.filesDenied.add({ stream }, 1)
        const text = `${stream}: ${path} may not be read; give this user the right to read it`
        log.write('warn', 'file_denied', text, { stream, path })
      },
      /** `more`: since it was last told of this file. */
      linesCut(stream: string, path: string, more: number): void {
        metrics.linesCut.add({ stream }, more)
        const text = `${stream}: ${formatCount(more)} lines of ${path} were longer than 1 MiB and were cut`
        log.write('warn', 'lines_cut', text, { stream, path, lines: more })
      },
    },
  }
}

function countDelivered(
  cloudWatch: CloudWatch,
  { stream, deliver }: DeliveredRun,
  { records, rejected, objects }: DeliveredResult,
  bytes: number,
): void {
  const delivered = records - rejected
  cloudWatch.add(stream, 'DeliveryToS3.Records', delivered)
  cloudWatch.add(stream, 'DeliveryToS3.Bytes', bytes)
  cloudWatch.add(stream, 'DeliveryToS3.ObjectCount', objects.length)
  cloudWatch.set(stream, 'DeliveryToS3.Success', 1)
  const { firehose } = JSON.parse(deliver) as { firehose?: { conversion?: object; partitioning?: object } }
  if (firehose?.partitioning !== undefined) cloudWatch.set(stream, 'PartitionCount', objects.length)
  if (firehose?.conversion === undefined) return
  cloudWatch.add(stream, 'SucceedConversion.Records', delivered)
  cloudWatch.add(stream, 'FailedConversion.Records', rejected)
}

function takeOver(metrics: ReturnType<typeof declareMetrics>, stream: StreamNumbers): void {
  const labels = { stream: stream.name }
  metrics.receivedRecords.set(labels, stream.receivedRecords)
  metrics.receivedBytes.set(labels, stream.receivedBytes)
  metrics.bufferedRecords.set(labels, stream.bufferedRecords)
  metrics.bufferedBytes.set(labels, stream.bufferedBytes)
  metrics.deliveredRecords.set(labels, stream.deliveredRecords)
  metrics.deliveredObjects.set(labels, stream.deliveredObjects)
  metrics.rejectedRecords.set(labels, stream.rejectedRecords)
  metrics.lateRecords.set(labels, stream.lateRecords)
  metrics.oldestBuffered.set(labels, stream.oldestBufferedSeconds ?? 0)
}

/** Of `arn:aws:lambda:REGION:ACCOUNT:function:NAME:VERSION`. */
function functionName(arn: string): string {
  return arn.split(':')[6] ?? arn
}

function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

function codeOf(error: unknown): string {
  if (error instanceof HozonError) return error.code
  return error instanceof Error ? error.name : '-'
}

function errorFields(error: unknown): { code?: string; target?: string; hint?: string } {
  if (!(error instanceof HozonError)) return {}
  return {
    code: error.code,
    ...(error.target === undefined ? {} : { target: error.target }),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  }
}
