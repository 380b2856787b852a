/** A running Hozon with AWS's own clients of Athena and S3. */
import { readFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
  type QueryExecution,
  type StartQueryExecutionCommandInput,
} from '@aws-sdk/client-athena'
import { S3Client } from '@aws-sdk/client-s3'
import { connectControl, type ControlClient } from '../../src/console/control-client.ts'
import { realSys } from '../../src/sys/real.ts'
import { World } from '../end/world.ts'
import type { Up } from '../hozon-process.ts'

export type Cells = (string | undefined)[]

type Input = Partial<StartQueryExecutionCommandInput>

const POLL_MS = 20
/** Less than the server keeps an idle connection: who tries once must not send on one that is being closed. */
const IDLE_MS = 30_000

export class AthenaWorld {
  readonly world = new World()
  server!: Up
  control!: ControlClient
  accessKey!: { accessKeyId: string; secretAccessKey: string }
  athena!: AthenaClient
  s3!: S3Client
  /** Of the server. */
  env: Record<string, string> = {}

  static async start(pipeline = 'streams: {}\n', env: Record<string, string> = {}): Promise<AthenaWorld> {
    const made = new AthenaWorld()
    made.env = env
    made.world.pipeline(`version: 1\n${pipeline}`)
    await made.world.orEnd(made.up())
    return made
  }

  /** Also again, after a stop or a kill. */
  async up(port = 0): Promise<void> {
    this.server = await this.world.start(this.env, port)
    this.control = await connectControl(realSys, this.world.data)
    const saved = JSON.parse(readFileSync(join(this.world.data, 'credentials.json'), 'utf8')) as {
      accessKeys: { accessKeyId: string; secretAccessKey: string }[]
    }
    this.accessKey = saved.accessKeys[0]!
    this.#disconnect()
    const settings = {
      endpoint: this.control.url,
      region: 'eu-west-1',
      credentials: this.accessKey,
      maxAttempts: 1,
      requestHandler: { httpAgent: new Agent({ keepAlive: true, timeout: IDLE_MS }) },
    }
    this.athena = new AthenaClient(settings)
    this.s3 = new S3Client({ ...settings, forcePathStyle: true })
  }

  #disconnect(): void {
    this.athena?.destroy()
    this.s3?.destroy()
  }

  end(): Promise<void> {
    this.#disconnect()
    return this.world.end()
  }

  async start(sql: string, input: Input = {}): Promise<string> {
    const answer = await this.athena.send(new StartQueryExecutionCommand({ QueryString: sql, ...input }))
    return answer.QueryExecutionId!
  }

  async execution(id: string): Promise<QueryExecution> {
    const answer = await this.athena.send(new GetQueryExecutionCommand({ QueryExecutionId: id }))
    return answer.QueryExecution!
  }

  /** As it ended. */
  async over(id: string): Promise<QueryExecution> {
    for (;;) {
      const execution = await this.execution(id)
      if (!['QUEUED', 'RUNNING'].includes(execution.Status?.State ?? '')) return execution
      await sleep(POLL_MS)
    }
  }

  async run(sql: string, input: Input = {}): Promise<QueryExecution> {
    return this.over(await this.start(sql, input))
  }

  /** Must succeed; its rows, the header of a query among them. */
  async rows(sql: string, input: Input = {}): Promise<Cells[]> {
    const execution = await this.run(sql, input)
    const { State: state, StateChangeReason: reason } = execution.Status ?? {}
    if (state !== 'SUCCEEDED') throw new Error(`${sql}: ${state} ${reason}`)
    return this.pages(execution.QueryExecutionId!)
  }

  async pages(id: string, MaxResults = 1000): Promise<Cells[]> {
    const rows: Cells[] = []
    for (let NextToken: string | undefined; ;) {
      const answer = await this.athena.send(
        new GetQueryResultsCommand({ QueryExecutionId: id, MaxResults, NextToken }),
      )
      for (const { Data: data = [] } of answer.ResultSet?.Rows ?? [])
        rows.push(data.map(({ VarCharValue: value }) => value))
      NextToken = answer.NextToken
      if (NextToken === undefined) return rows
    }
  }
}
