import { hash } from 'node:crypto'
import type { AwsCall, Operation } from '../../aws/service.ts'
import { HozonError } from '../../base/errors.ts'
import type { AthenaContext } from './athena-context.ts'
import type { Execution } from './executions/execution.ts'
import { verifyBucket } from './executions/output-bucket.ts'
import { outputLocation, type Location } from './executions/output-location.ts'
import { reusedResult } from './executions/reuse.ts'
import type { Work } from './executions/run-execution.ts'
import { accessDenied, invalidRequest, malformedQuery } from './faults.ts'
import type { ResultConfiguration, ReuseConfiguration } from './inputs.ts'
import { INPUTS } from './shapes.ts'
import { answerInTime, sayWhatStoreSays } from './store-answer.ts'
import { asMalformed, planStatement, type PlannedStatement } from './statements/plan-statement.ts'
import { answerName, hasQuery, isReadOnly, needsEngine } from './statements/statement-kinds.ts'
import { uuid4 } from './uuid4.ts'
import { enabledWorkGroup, type WorkGroup } from './work-groups.ts'

export interface StartInput {
  QueryString: string
  ClientRequestToken?: string
  QueryExecutionContext?: { Database?: string; Catalog?: string }
  ResultConfiguration?: ResultConfiguration
  WorkGroup?: string
  ExecutionParameters?: string[]
  ResultReuseConfiguration?: ReuseConfiguration
}

/** A statement whose syntax is not known by then is accepted: it fails later, if it is wrong. Engines may all be busy for long. */
const CHECK_MS = 2000

export const startQueryExecution: Operation<AthenaContext, StartInput> = {
  name: 'StartQueryExecution',
  roles: ['read', 'admin'],
  input: INPUTS.StartQueryExecution,
  async handle(context, input, call) {
    const { executions, catalog } = context
    const { items } = catalog.athena
    const workGroup = enabledWorkGroup(items, input.WorkGroup)
    const requestHash = hashOf(input, workGroup)
    const earlier = executions.repeated(input.ClientRequestToken, requestHash)
    if (earlier !== undefined) return { QueryExecutionId: earlier }

    const given = { sql: input.QueryString, workGroup: workGroup.Name, parameters: input.ExecutionParameters }
    const planned = planStatement(items, given)
    checkParameters(planned, input)
    const isAdmin = call.accessKey.role === 'admin'
    if (!isAdmin) refuseWrites(planned, call)
    const location = outputLocation({
      client: input.ResultConfiguration,
      workGroup,
      mayChoose: isAdmin,
    })
    await fromStore(context, verifyBucket(context.store, location))
    await checkSyntax(context, planned, input)

    const execution = newExecution(context, { input, call, workGroup, planned, location, requestHash })
    const reused = await fromStore(context, reusedResult(context, execution))
    const scanBytesMax = workGroup.Configuration.BytesScannedCutoffPerQuery
    const work: Work = { ...planned, mayWrite: isAdmin, scanBytesMax }
    return { QueryExecutionId: executions.start(reused ?? execution, work) }
  },
}

/** Throws InternalServerException. */
function fromStore<T>({ sys, store }: AthenaContext, asked: Promise<T>): Promise<T> {
  return sayWhatStoreSays(store, answerInTime(sys.clock, asked))
}

/** All by which one request differs from another; members are in the shape's order, whatever the sender's was. */
function hashOf(input: StartInput, { Name: workGroup }: WorkGroup): string {
  const { ClientRequestToken: _, WorkGroup: __, ...rest } = input
  return hash('sha256', JSON.stringify([workGroup, rest]))
}

/** They stand for parts of a statement, so they may be as long in all as one. AWS says how long each may be, and not how many there may be. */
const PARAMETERS_CHARACTERS_MAX = 262_144

/** How many there must be of a query is for an engine to say. Throws InvalidRequestException. */
function checkParameters(
  { statement }: PlannedStatement,
  { ExecutionParameters: parameters = [] }: StartInput,
): void {
  const characters = parameters.reduce((sum, { length }) => sum + length, 0)
  if (characters > PARAMETERS_CHARACTERS_MAX)
    throw invalidRequest(`ExecutionParameters have more than ${PARAMETERS_CHARACTERS_MAX} characters in all`)
  if (parameters.length > 0 && !needsEngine(statement.kind))
    throw malformedQuery(
      `INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected 0 but found ${parameters.length}`,
    )
}

/** Throws AccessDeniedException. */
function refuseWrites({ statement, types }: PlannedStatement, { accessKey, accountId }: AwsCall): void {
  if (isReadOnly(statement.kind)) return
  throw accessDenied(
    `User: arn:aws:iam::${accountId}:user/${accessKey.accessKeyId} is not authorized to run ${types.substatementType} statements: its key may only read`,
  )
}

/** Throws InvalidRequestException. */
async function checkSyntax(
  { queries, sys, checks }: AthenaContext,
  { statement, sql, parameters }: PlannedStatement,
  { QueryExecutionContext: context }: StartInput,
): Promise<void> {
  if (!hasQuery(statement.kind)) return
  const checked = statement.kind === 'prepare' ? statement.statement : sql
  const waiting = new AbortController()
  const checking = new AbortController()
  void sys.clock.sleep(CHECK_MS, waiting.signal).then(() => checking.abort())
  try {
    // Those that came earlier give up earlier: nobody waits for longer.
    await checks(() =>
      queries.check(checked, {
        signal: checking.signal,
        ...(parameters === undefined ? {} : { parameters }),
        ...(context?.Database === undefined ? {} : { database: context.Database }),
        ...(context?.Catalog === undefined ? {} : { catalog: context.Catalog }),
      }),
    )
  } catch (error) {
    const fault = asMalformed(error)
    // Engines that are busy or have died say nothing of the statement: its run will.
    if (fault !== error || !(error instanceof HozonError)) throw fault
  } finally {
    waiting.abort()
  }
}

interface Parts {
  input: StartInput
  call: AwsCall
  workGroup: WorkGroup
  planned: PlannedStatement
  location: Location
  requestHash: string
}

function newExecution({ sys }: AthenaContext, parts: Parts): Execution {
  const { input, call, workGroup, planned, location, requestHash } = parts
  const { bucket, prefix, configuration, managed } = location
  const { Database: database, Catalog: catalog } = input.QueryExecutionContext ?? {}
  const id = uuid4(sys.random)
  return {
    id,
    query: input.QueryString,
    workGroup: workGroup.Name,
    ...(database === undefined ? {} : { database }),
    ...(catalog === undefined ? {} : { catalog }),
    ...(input.ExecutionParameters === undefined ? {} : { parameters: input.ExecutionParameters }),
    types: planned.types,
    requestHash,
    ...(input.ClientRequestToken === undefined ? {} : { token: input.ClientRequestToken }),
    ...(planned.statement.kind === 'query' ? { reuseKey: reuseKey(parts) } : {}),
    accessKeyId: call.accessKey.accessKeyId,
    output: { bucket, prefix, key: `${prefix}${answerName(planned.statement.kind, id)}` },
    resultConfiguration: configuration,
    ...(managed === undefined ? {} : { managed }),
    ...(input.ResultReuseConfiguration === undefined ? {} : { reuse: input.ResultReuseConfiguration }),
    submittedMs: sys.clock.now(),
    state: 'QUEUED',
  }
}

/** As AWS: the same text in the same workgroup and context, with its answer in the same place. */
function reuseKey({ input, workGroup, planned, location }: Parts): string {
  const { Database: database = '', Catalog: catalog = '' } = input.QueryExecutionContext ?? {}
  const { bucket, prefix, configuration } = location
  const { sql, parameters = [] } = planned
  const all = [workGroup.Name, catalog, database, sql, parameters, bucket, prefix, configuration]
  return hash('sha256', JSON.stringify(all))
}
