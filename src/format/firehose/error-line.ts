/**
 * Failures as AWS writes them, a JSON line each, in its order of members. Format conversion has a form of its own; of
 * the others only Lambda's names the function.
 */
import type { FirehoseConversion } from '../../base/firehose-delivery.ts'
import type { Failure } from './unit.ts'

export interface ErrorLineContext {
  conversion: FirehoseConversion | undefined
  /** Of the record: decimal digits that order the stream's records. */
  sequenceNumber: string
}

export function errorLine(failure: Failure, context: ErrorLineContext): string {
  const line =
    failure.type === 'format-conversion-failed' ? conversionLine(failure, context) : plainLine(failure)
  return `${JSON.stringify(line)}\n`
}

function plainLine({ raw, code, message, attempts, arrivalMs, endedMs, lambdaArn }: Failure): object {
  return {
    rawData: raw.toString('base64'),
    errorCode: code,
    errorMessage: message,
    attemptsMade: attempts,
    arrivalTimestamp: arrivalMs,
    attemptEndingTimestamp: endedMs,
    ...(lambdaArn === undefined ? {} : { lambdaARN: lambdaArn }),
  }
}

function conversionLine(
  { raw, code, message, attempts, arrivalMs, endedMs }: Failure,
  { conversion, sequenceNumber }: ErrorLineContext,
): object {
  const { catalogId, database, table, region, version } = conversion?.schema ?? {}
  return {
    attemptsMade: attempts,
    arrivalTimestamp: arrivalMs,
    lastErrorCode: code,
    lastErrorMessage: message,
    attemptEndingTimestamp: endedMs,
    rawData: raw.toString('base64'),
    sequenceNumber,
    subSequenceNumber: null,
    dataCatalogTable: {
      catalogId: catalogId ?? null,
      databaseName: database ?? null,
      tableName: table ?? null,
      region: region ?? null,
      versionId: version ?? null,
      catalogArn: null,
    },
  }
}

/** AWS's have 56 digits; these order records as they do. */
export function sequenceNumber(segment: number, record: number): string {
  return `49${String(segment).padStart(34, '0')}${String(record).padStart(20, '0')}`
}
