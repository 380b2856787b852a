/**
 * Somebody who never leaves the streams alone: flushes, moves the destination of one, makes others, uses them and deletes
 * them, names again and again the same.
 */
import { setTimeout as delay } from 'node:timers/promises'
import {
  CreateDeliveryStreamCommand,
  DeleteDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateDestinationCommand,
  type ExtendedS3DestinationConfiguration,
  type FirehoseClient,
} from '@aws-sdk/client-firehose'
import { connectControl } from '../../../src/console/control-client.ts'
import { realSys } from '../../../src/sys/real.ts'
import { pick } from '../seeded.ts'
import { recordOf, type Ledger } from './ledger.ts'
import { sdkSend } from './senders.ts'

const NAMES = ['extra-0', 'extra-1', 'extra-2'] as const
const DESTINATION_ID = 'destinationId-000000000001'
const PAUSE_MS_MAX = 300

export interface Operator {
  /** Ends with all its streams deleted, for which a server must be there. */
  stop(): Promise<void>
  /** How often each thing was done. */
  readonly done: Record<string, number>
}

export interface OperatorWorld {
  client: FirehoseClient
  /** DIR */
  data: string
  ledger: Ledger
  random: () => number
  destination: (folder: string) => ExtendedS3DestinationConfiguration
  /** Whose destination is moved. */
  moved: string
}

export function startOperator(world: OperatorWorld): Operator {
  const stopping = new AbortController()
  const done: Record<string, number> = {}
  const count = (what: string): void => void (done[what] = (done[what] ?? 0) + 1)
  const streams = liveAndDie(world, stopping.signal, count)
  const changes = change(world, stopping.signal, count)
  const both = Promise.all([streams, changes])
  both.catch(() => {})
  return {
    done,
    async stop() {
      stopping.abort()
      await both
    },
  }
}

async function liveAndDie(
  world: OperatorWorld,
  stopping: AbortSignal,
  count: (what: string) => void,
): Promise<void> {
  const { client, ledger, random } = world
  const send = sdkSend(client)
  for (let life = 0; !stopping.aborted; life++) {
    const name = NAMES[life % NAMES.length]!
    await create(world, name)
    count('created')
    for (let puts = 0; puts < 4; puts++) {
      const call = ledger.begin(name, 'operator', 1 + Math.floor(random() * 20))
      const records = call.numbers.map((number) => Buffer.from(`${recordOf('operator', number)}\n`))
      call.outcome = await send(call, records)
      await delay(random() * PAUSE_MS_MAX)
    }
    try {
      await client.send(new DeleteDeliveryStreamCommand({ DeliveryStreamName: name }))
    } catch (error) {
      // A repetition of one that had done it.
      if (!(error instanceof ResourceNotFoundException)) throw error
    }
    count('deleted')
  }
}

async function create({ client, destination }: OperatorWorld, name: string): Promise<void> {
  const DeliveryStreamName = name
  const ExtendedS3DestinationConfiguration = destination(name)
  for (;;) {
    try {
      await client.send(
        new CreateDeliveryStreamCommand({ DeliveryStreamName, ExtendedS3DestinationConfiguration }),
      )
      return
    } catch (error) {
      if (!(error instanceof ResourceInUseException)) throw error
      // Either ours, made by an attempt that got no answer, or the one before it, whose last records are on their way.
      if (await isThere(client, name)) return
      await delay(PAUSE_MS_MAX)
    }
  }
}

async function isThere(client: FirehoseClient, DeliveryStreamName: string): Promise<boolean> {
  try {
    const shown = await client.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName }))
    return shown.DeliveryStreamDescription?.DeliveryStreamStatus === 'ACTIVE'
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false
    throw error
  }
}

async function change(
  world: OperatorWorld,
  stopping: AbortSignal,
  count: (what: string) => void,
): Promise<void> {
  const { random } = world
  while (!stopping.aborted) {
    await delay(random() * PAUSE_MS_MAX)
    if (random() < 0.3) {
      await move(world)
      count('moved')
    } else if (await flush(world)) count('flushed')
  }
}

async function move({
  client,
  moved: DeliveryStreamName,
  destination,
  random,
}: OperatorWorld): Promise<void> {
  const { DeliveryStreamDescription: shown } = await client.send(
    new DescribeDeliveryStreamCommand({ DeliveryStreamName }),
  )
  try {
    await client.send(
      new UpdateDestinationCommand({
        DeliveryStreamName,
        CurrentDeliveryStreamVersionId: shown!.VersionId,
        DestinationId: DESTINATION_ID,
        ExtendedS3DestinationUpdate: destination(`${DeliveryStreamName}-${pick(random, ['a', 'b', 'c'])}`),
      }),
    )
  } catch (error) {
    // A repetition of one that had done it: nobody else changes the stream.
    if ((error as Error).name !== 'ConcurrentModificationException') throw error
  }
}

/** False when no server was there, or none any more. */
async function flush({ data, moved, random }: OperatorWorld): Promise<boolean> {
  try {
    const control = await connectControl(realSys, data)
    await control.flush(pick(random, [moved, undefined]))
    return true
  } catch {
    // Killed meanwhile: that is what the test is about.
    return false
  }
}
