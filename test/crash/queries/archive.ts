/** A running Hozon under load: how its clients send, ask and wait, and what they know of each execution. */
import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import {
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  InvalidRequestException,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
  type AthenaClient,
  type QueryExecution,
} from '@aws-sdk/client-athena'
import {
  HeadObjectCommand,
  ListObjectsV2Command,
  S3ServiceException,
  type S3Client,
} from '@aws-sdk/client-s3'
import { AthenaWorld } from '../../athena/athena-world.ts'
import { glueApi, type GlueApi } from '../../firehose/glue-api.ts'

/** Buffers that are delivered each second: hot and cold always mix. */
const PIPELINE = `streams:
  lines:
    collect: [{tail: {paths: [./lines.log]}}]
    deliver: {bucket: logs, buffer: {size: 1MiB, interval: 1s}}
    table: logs.lines
`
/** Fifty clients that ask more often are a load of questions about questions. */
const POLL_MS = 300
const RETRY_MS = 100
const PAGE_ROWS = 1000

export type Row = (string | undefined)[]

export interface Ended {
  id: string
  state: 'SUCCEEDED' | 'FAILED' | 'CANCELLED'
  reason: string
}

/** All that a client knows of an execution. */
export interface Known {
  token: string
  sql: string
  ended?: Ended
  /** Of its answer, with the header. */
  rows?: number
}

/** What an execution may say that did not succeed. */
const KILLED =
  /^hozon-engine-\d+ ended \(SIGKILL\)|^HIVE_CANNOT_OPEN_SPLIT: the process that reads the file ended/
const INTERRUPTED = /the server was stopped while the query was under way/

export class Archive {
  readonly world: AthenaWorld
  readonly glue: GlueApi
  readonly executions = new Map<string, Known>()
  readonly #random: () => number
  /** The server itself is killed: who gets no answer asks again. */
  readonly #isPatient: boolean
  #isClosed = false

  static async open(random: () => number, isPatient = false): Promise<Archive> {
    return new Archive(await AthenaWorld.start(PIPELINE), random, isPatient)
  }

  private constructor(world: AthenaWorld, random: () => number, isPatient: boolean) {
    this.world = world
    this.glue = glueApi(world)
    this.#random = random
    this.#isPatient = isPatient
  }

  /** Who still asks is told of it. */
  close(): Promise<void> {
    this.#isClosed = true
    return this.world.end()
  }

  /** `send` in each try gets the clients of the server that runs then. */
  async ask<T>(send: (clients: { athena: AthenaClient; s3: S3Client }) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await send(this.world)
      } catch (error) {
        if (!this.#isPatient || this.#isClosed || !isSilence(error)) throw error
        await delay(RETRY_MS)
      }
    }
  }

  async start(sql: string): Promise<string> {
    const token = Array.from({ length: 4 }, () => this.#random().toString(16).slice(2).padEnd(14, '0')).join(
      '-',
    )
    const id = await this.startAgain(token, sql)
    this.executions.set(id, { token, sql })
    return id
  }

  async startAgain(token: string, sql: string): Promise<string> {
    const command = { QueryString: sql, ClientRequestToken: token }
    const answer = await this.ask(({ athena }) => athena.send(new StartQueryExecutionCommand(command)))
    return answer.QueryExecutionId!
  }

  async execution(id: string): Promise<QueryExecution> {
    const command = { QueryExecutionId: id }
    const answer = await this.ask(({ athena }) => athena.send(new GetQueryExecutionCommand(command)))
    return answer.QueryExecution!
  }

  /** What did not succeed says why, and has no answer. */
  async ended(id: string): Promise<Ended> {
    for (;;) {
      const { Status: status, ResultConfiguration: result } = await this.execution(id)
      const { State: state, StateChangeReason: reason = '' } = status ?? {}
      if (state === 'SUCCEEDED' || state === 'FAILED' || state === 'CANCELLED') {
        const ended: Ended = { id, state, reason }
        this.executions.get(id)!.ended = ended
        if (state !== 'SUCCEEDED') await this.#checkNoAnswer(ended, result!.OutputLocation!)
        return ended
      }
      await delay(POLL_MS * (0.5 + this.#random()))
    }
  }

  async #checkNoAnswer({ id, state, reason }: Ended, location: string): Promise<void> {
    await assert.rejects(
      this.ask(({ athena }) => athena.send(new GetQueryResultsCommand({ QueryExecutionId: id }))),
      InvalidRequestException,
    )
    // One that was stopped may have had its answer in the store already, and whole.
    if (state === 'FAILED' && !INTERRUPTED.test(reason))
      assert.equal(await this.isObject(location), false, location)
  }

  async isObject(uri: string): Promise<boolean> {
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri)!
    try {
      await this.ask(({ s3 }) => s3.send(new HeadObjectCommand({ Bucket, Key })))
      return true
    } catch (error) {
      assert.ok(error instanceof S3ServiceException && error.name === 'NotFound', String(error))
      return false
    }
  }

  async keys(Bucket: string, Prefix: string): Promise<string[]> {
    try {
      const listed = await this.ask(({ s3 }) => s3.send(new ListObjectsV2Command({ Bucket, Prefix })))
      return (listed.Contents ?? []).map(({ Key }) => Key!)
    } catch (error) {
      // Made by the first statement that writes to it.
      if (error instanceof S3ServiceException && error.name === 'NoSuchBucket') return []
      throw error
    }
  }

  /** To its end; undefined where a process of it, or the server, was killed. Whatever else fails is a bug. */
  async rows(sql: string, id?: string): Promise<Row[] | undefined> {
    const ended = await this.ended(id ?? (await this.start(sql)))
    if (ended.state === 'SUCCEEDED') {
      const rows = await this.pages(ended.id)
      this.executions.get(ended.id)!.rows = rows.length
      return rows.slice(1)
    }
    assert.ok(wasKilled(ended), `${sql}: ${ended.state} ${ended.reason}`)
    return undefined
  }

  async rowsAtLast(sql: string): Promise<Row[]> {
    for (;;) {
      const rows = await this.rows(sql)
      if (rows !== undefined) return rows
    }
  }

  /** With the header. */
  async pages(id: string): Promise<Row[]> {
    const rows: Row[] = []
    for (let NextToken: string | undefined; ;) {
      const page = { QueryExecutionId: id, MaxResults: PAGE_ROWS, NextToken }
      const answer = await this.ask(({ athena }) => athena.send(new GetQueryResultsCommand(page)))
      for (const { Data: data = [] } of answer.ResultSet?.Rows ?? [])
        rows.push(data.map(({ VarCharValue: value }) => value))
      NextToken = answer.NextToken
      if (NextToken === undefined) return rows
    }
  }

  async stop(id: string): Promise<void> {
    await this.ask(({ athena }) => athena.send(new StopQueryExecutionCommand({ QueryExecutionId: id })))
  }
}

/** By a signal to a process that it needed. */
export function wasKilled({ state, reason }: Ended): boolean {
  return state === 'FAILED' && (KILLED.test(reason) || INTERRUPTED.test(reason))
}

/** With the whole server: what it had done by then may be done. */
export function wasInterrupted({ reason }: Ended): boolean {
  return INTERRUPTED.test(reason)
}

/** No answer, or one of a server that does not serve yet or no longer. */
function isSilence(error: unknown): boolean {
  if (error instanceof TypeError && ['fetch failed', 'terminated'].includes(error.message)) return true
  const { $metadata: metadata } = error as { $metadata?: { httpStatusCode?: number } }
  const { httpStatusCode: status } = metadata ?? {}
  const isOfNetwork = typeof (error as { code?: unknown }).code === 'string'
  return status === undefined ? isOfNetwork : status >= 500
}
