/** Delivery streams in memory, for tests of the operations: what was put can be looked at, faults can be injected. */
import { assert } from '../../../base/errors.ts'
import { recordsOf } from '../../../base/record-block.ts'
import type { AwsCall } from '../../../aws/service.ts'
import { createFirehoseContext, type FirehoseContext } from '../context.ts'
import type { DeliveryStreamDefinition } from '../definition.ts'
import type { DeliveryStream, DeliveryStreams } from '../delivery-streams.ts'

export interface MemoryStream extends DeliveryStream {
  definition: DeliveryStreamDefinition
  isDeleting: boolean
  readonly puts: { records: Buffer[]; identity: Buffer }[]
}

export interface MemoryStreams extends DeliveryStreams {
  add(origin: DeliveryStream['origin'], definition: DeliveryStreamDefinition): MemoryStream
  find(name: string): MemoryStream | undefined
  readonly removed: { name: string; discard: boolean }[]
  /** What the next put rejects with. */
  putFault: Error | undefined
  /** What changes reject with. */
  changeFault: Error | undefined
  /** Most changes of one stream that were under way at once. */
  readonly atOnce: () => number
}

export function createMemoryStreams(): MemoryStreams {
  const streams = new Map<string, MemoryStream>()
  const running = new Map<string, number>()
  let atOnce = 0

  async function change(name: string, action: () => void): Promise<void> {
    const now = (running.get(name) ?? 0) + 1
    running.set(name, now)
    atOnce = Math.max(atOnce, now)
    // As if it were written to a disk: others get their turn meanwhile.
    await new Promise((resolve) => setImmediate(resolve))
    if (memory.changeFault !== undefined) throw memory.changeFault
    action()
    running.set(name, running.get(name)! - 1)
  }

  const memory: MemoryStreams = {
    removed: [],
    putFault: undefined,
    changeFault: undefined,
    atOnce: () => atOnce,
    add(origin, definition) {
      const puts: MemoryStream['puts'] = []
      const stream: MemoryStream = {
        definition,
        origin,
        isDeleting: false,
        puts,
        put(records, identity) {
          if (memory.putFault !== undefined) return Promise.reject(memory.putFault)
          puts.push({ records: recordsOf(records), identity })
          return Promise.resolve()
        },
      }
      streams.set(definition.name, stream)
      return stream
    },
    list: () => [...streams.values()].sort((a, b) => (a.definition.name < b.definition.name ? -1 : 1)),
    find: (name) => streams.get(name),
    tablesOfOthers: (name) =>
      [...streams.values()]
        .map(({ definition }) => definition)
        .filter((definition) => definition.name !== name)
        // As the catalog has them: each with one for its rejected records.
        .flatMap(({ table }) => [table, { ...table, name: `${table.name}_errors` }]),
    create: (definition) =>
      change(definition.name, () => {
        assert(!streams.has(definition.name), `${definition.name} is created twice`)
        memory.add('api', definition)
      }),
    update: (definition) =>
      change(definition.name, () => {
        const stream = streams.get(definition.name)
        assert(stream !== undefined, `${definition.name} is updated but is not there`)
        stream.definition = definition
      }),
    remove: (name, discard) =>
      change(name, () => {
        assert(streams.delete(name), `${name} is removed but is not there`)
        memory.removed.push({ name, discard })
      }),
  }
  return memory
}

export const TEST_REGION = 'eu-central-1'
export const TEST_NOW_MS = Date.UTC(2026, 10, 23, 5, 0, 0, 250)

export interface TestFirehose {
  context: FirehoseContext
  streams: MemoryStreams
  clock: { nowMs: number }
  /** What was added to CloudWatch's numbers. */
  counted: [stream: string, name: string, amount: number][]
}

export function createTestFirehose(streamsPerRegionMax?: number): TestFirehose {
  const streams = createMemoryStreams()
  const clock = { nowMs: TEST_NOW_MS }
  const counted: TestFirehose['counted'] = []
  const context = createFirehoseContext(
    streams,
    { now: () => clock.nowMs, monotonic: () => clock.nowMs },
    { add: (stream, name, amount) => void counted.push([stream, name, amount]) },
    streamsPerRegionMax,
  )
  return { context, streams, clock, counted }
}

export function testCall(identity: string = 'sixteen bytes id', region: string = TEST_REGION): AwsCall {
  return {
    requestId: '00000000-0000-4000-8000-000000000000',
    region,
    accountId: '123456789012',
    accessKey: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret', role: 'admin' },
    identity: Buffer.from(identity),
    memory: { take: (bytes) => Buffer.allocUnsafe(bytes) },
  }
}
