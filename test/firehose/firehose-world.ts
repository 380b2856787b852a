/** A running Hozon with streams made through AWS's own client, and the bucket as anyone else reads it. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import {
  CreateDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  FirehoseClient,
  PutRecordBatchCommand,
  UpdateDestinationCommand,
  type ExtendedS3DestinationConfiguration,
  type ExtendedS3DestinationUpdate,
  type Processor,
} from '@aws-sdk/client-firehose'
import { connectControl, type ControlClient } from '../../src/console/control-client.ts'
import type { StreamStatus } from '../../src/console/server-api.ts'
import { realSys } from '../../src/sys/real.ts'
import { World } from '../end/world.ts'
import { eventually, type Up } from '../hozon-process.ts'

export interface StoredObject {
  key: string
  bytes: Buffer
  contentType: string | undefined
  contentEncoding: string | undefined
}

type Settings = Partial<ExtendedS3DestinationConfiguration>
export type Row = Record<string, unknown>

export const ROLE = 'arn:aws:iam::123456789012:role/firehose'
/** AWS's limits of PutRecordBatch. */
const BATCH_RECORDS_MAX = 500
const BATCH_BYTES_MAX = 4 * 1024 * 1024

export class FirehoseWorld {
  readonly world = new World()
  server!: Up
  client!: FirehoseClient
  control!: ControlClient
  accessKey!: { accessKeyId: string; secretAccessKey: string }

  static async start(pipeline = 'streams: {}\n', prepare?: (world: World) => void): Promise<FirehoseWorld> {
    const made = new FirehoseWorld()
    made.world.pipeline(`version: 1\n${pipeline}`)
    prepare?.(made.world)
    await made.world.orEnd(made.up())
    return made
  }

  /** Also again, after a stop or a kill. */
  async up(env: Record<string, string> = {}, port = 0): Promise<void> {
    this.server = await this.world.start(env, port)
    this.control = await connectControl(realSys, this.world.data)
    const saved = JSON.parse(readFileSync(join(this.world.data, 'credentials.json'), 'utf8')) as {
      accessKeys: { accessKeyId: string; secretAccessKey: string }[]
    }
    this.accessKey = saved.accessKeys[0]!
    this.client?.destroy()
    this.client = new FirehoseClient({
      endpoint: this.control.url,
      region: 'eu-west-1',
      credentials: this.accessKey,
    })
  }

  end(): Promise<void> {
    this.client?.destroy()
    return this.world.end()
  }

  /** Its bucket has its name unless the settings say otherwise. */
  async create(stream: string, settings: Settings = {}): Promise<void> {
    await this.client.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName: stream,
        ExtendedS3DestinationConfiguration: {
          RoleARN: ROLE,
          BucketARN: `arn:aws:s3:::${stream}`,
          ...settings,
        },
      }),
    )
  }

  async update(stream: string, settings: ExtendedS3DestinationUpdate): Promise<void> {
    const { DeliveryStreamDescription: description } = await this.client.send(
      new DescribeDeliveryStreamCommand({ DeliveryStreamName: stream }),
    )
    await this.client.send(
      new UpdateDestinationCommand({
        DeliveryStreamName: stream,
        CurrentDeliveryStreamVersionId: description!.VersionId,
        DestinationId: description!.Destinations![0]!.DestinationId,
        ExtendedS3DestinationUpdate: settings,
      }),
    )
  }

  async put(stream: string, records: readonly (string | Uint8Array)[]): Promise<void> {
    for (const batch of batchesOf(records.map((record) => Buffer.from(record)))) {
      const Records = batch.map((Data) => ({ Data }))
      const answer = await this.client.send(
        new PutRecordBatchCommand({ DeliveryStreamName: stream, Records }),
      )
      assert.equal(answer.FailedPutCount, 0)
    }
  }

  async flush(stream: string): Promise<void> {
    await this.control.flush(stream)
  }

  /** Puts, delivers at once, and gives the objects of the stream's bucket. */
  async deliver(stream: string, records: readonly (string | Uint8Array)[]): Promise<StoredObject[]> {
    await this.put(stream, records)
    await this.flush(stream)
    return this.objects(stream)
  }

  /** Without what is Hozon's own, by key. */
  objects(bucket: string, prefix = ''): StoredObject[] {
    const folder = join(this.world.data, 'store', bucket)
    if (!existsSync(folder)) return []
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .filter((key) => key.startsWith(prefix) && !/^[_.]hozon/.test(key))
      .sort()
      .map((key) => ({ key, bytes: readFileSync(join(folder, key)), ...this.#described(bucket, key) }))
  }

  path(bucket: string, { key }: { key: string }): string {
    return join(this.world.data, 'store', bucket, key)
  }

  /** Until the bucket has so many objects. */
  waitForObjects(bucket: string, count: number, prefix = ''): Promise<StoredObject[]> {
    return eventually(() => {
      const objects = this.objects(bucket, prefix)
      return objects.length >= count ? objects : undefined
    }, `${count} objects in ${bucket}`)
  }

  async status(stream: string): Promise<StreamStatus> {
    const { streams } = await this.control.status()
    return streams.find(({ name }) => name === stream)!
  }

  /** Integers beyond 2^53 lose digits. */
  async sql(query: string): Promise<Row[]> {
    const { columns, rows } = await this.control.sql(query)
    return rows.map((cells) =>
      Object.fromEntries(cells.map((cell, index) => [columns[index]!.name, JSON.parse(cell) as unknown])),
    )
  }

  /** Promise 4 holds for every stream. */
  async audit(stream?: string): Promise<void> {
    const { holds, streams } = await this.control.audit(stream)
    assert.deepEqual(
      streams.flatMap(({ problems }) => problems),
      [],
    )
    assert.ok(holds)
  }

  #described(bucket: string, key: string): Pick<StoredObject, 'contentType' | 'contentEncoding'> {
    const path = join(this.world.data, 'store/.metadata', bucket, `${key}.json`)
    // The object is there a moment before its description.
    if (!existsSync(path)) return { contentType: undefined, contentEncoding: undefined }
    const { contentType, contentEncoding } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>
    return { contentType, contentEncoding }
  }
}

export function processing(...Processors: Processor[]): Pick<Settings, 'ProcessingConfiguration'> {
  return { ProcessingConfiguration: { Enabled: true, Processors } }
}

export function processor(
  Type: NonNullable<Processor['Type']>,
  parameters: Record<string, string> = {},
): Processor {
  const Parameters = Object.entries(parameters).map(([ParameterName, ParameterValue]) => ({
    ParameterName: ParameterName as NonNullable<Processor['Parameters']>[number]['ParameterName'],
    ParameterValue,
  }))
  return { Type, Parameters }
}

/** Of the error objects: one line of JSON per failure. */
export function errorLines(objects: readonly StoredObject[]): Row[] {
  return objects.flatMap(({ bytes }) =>
    bytes
      .toString()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Row),
  )
}

export function rawOf(line: Row): string {
  return Buffer.from(String(line['rawData']), 'base64').toString()
}

function* batchesOf(records: readonly Buffer[]): Generator<Buffer[]> {
  let batch: Buffer[] = []
  let bytes = 0
  for (const record of records) {
    if (batch.length === BATCH_RECORDS_MAX || bytes + record.length > BATCH_BYTES_MAX) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(record)
    bytes += record.length
  }
  if (batch.length > 0) yield batch
}
