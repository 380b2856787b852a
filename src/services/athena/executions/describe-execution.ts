/** QueryExecution and its statistics, as AWS's clients read them. */
import { AUTO, ENGINE_VERSION } from '../work-groups.ts'
import { isOver, type Execution, type Output } from './execution.ts'

/** `s3://bucket/key` */
export function uriOf({ bucket }: Output, key: string): string {
  return `s3://${bucket}/${key}`
}

export function describeExecution(execution: Execution): object {
  const { id, query, types, output, resultConfiguration, managed, reuse, parameters } = execution
  return {
    QueryExecutionId: id,
    Query: query,
    StatementType: types.statementType,
    SubstatementType: types.substatementType,
    ...(managed === undefined
      ? { ResultConfiguration: { OutputLocation: uriOf(output, output.key), ...resultConfiguration } }
      : { ManagedQueryResultsConfiguration: managed }),
    ResultReuseConfiguration: reuse ?? { ResultReuseByAgeConfiguration: { Enabled: false } },
    QueryExecutionContext: { Database: execution.database, Catalog: execution.catalog },
    Status: statusOf(execution),
    Statistics: statisticsOf(execution),
    WorkGroup: execution.workGroup,
    EngineVersion: { SelectedEngineVersion: AUTO, EffectiveEngineVersion: ENGINE_VERSION },
    ExecutionParameters: parameters,
  }
}

function statusOf({ state, reason, error, submittedMs, completedMs }: Execution): object {
  return {
    State: state,
    StateChangeReason: reason,
    SubmissionDateTime: submittedMs / 1000,
    CompletionDateTime: completedMs === undefined ? undefined : completedMs / 1000,
    AthenaError: error,
  }
}

export interface Timeline {
  EngineExecutionTimeInMillis: number
  QueryPlanningTimeInMillis: number
  QueryQueueTimeInMillis: number
  ServicePreProcessingTimeInMillis: number
  ServiceProcessingTimeInMillis: number
  TotalExecutionTimeInMillis: number
}

function statisticsOf(execution: Execution): object {
  const { result, output, managed } = execution
  return {
    ...timelineOf(execution),
    DataScannedInBytes: result?.scannedBytes ?? 0,
    DataManifestLocation:
      result?.manifestKey === undefined || managed !== undefined
        ? undefined
        : uriOf(output, result.manifestKey),
    ResultReuseInformation: { ReusedPreviousResult: result?.isReused ?? false },
  }
}

/** In whole milliseconds, and never 0 of what took place: clients take 0 for unknown. */
export function timelineOf(execution: Execution): Timeline | undefined {
  const { submittedMs, startedMs, completedMs, result } = execution
  if (!isOver(execution) || completedMs === undefined) return undefined
  const whole = (milliseconds: number): number => Math.max(1, Math.round(milliseconds))
  const began = startedMs ?? completedMs
  const planMs = whole(result?.planMs ?? 0)
  const engineMs = whole(result === undefined ? completedMs - began : planMs + result.runMs)
  const queueMs = whole(began - submittedMs)
  const totalMs = Math.max(whole(completedMs - submittedMs), queueMs + engineMs)
  return {
    EngineExecutionTimeInMillis: engineMs,
    QueryPlanningTimeInMillis: planMs,
    QueryQueueTimeInMillis: queueMs,
    ServicePreProcessingTimeInMillis: 1,
    ServiceProcessingTimeInMillis: whole(totalMs - queueMs - engineMs),
    TotalExecutionTimeInMillis: totalMs,
  }
}
