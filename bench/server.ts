/** A real `hozon up` on a folder of its own, driven through its control API. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectControl, type ControlClient } from '../src/console/control-client.ts'
import type { StreamStatus } from '../src/console/server-api.ts'
import { realSys } from '../src/sys/real.ts'
import { hozonUp, type Up } from '../test/hozon-process.ts'
import { CACHE, cpuSeconds, processName, processTree, until } from './measure.ts'

/** Far longer than any measurement; a server that hangs ends it all the same. */
const WAIT_MS = 900_000

/** A status a 20th of a second costs the server next to nothing. */
const STATUS_MS = 50

export interface Server {
  pid: number
  client: ControlClient
  dataDirectory: string
}

/** `streams`: the lines below `streams:` of a pipeline file; `FOLDER` in it is replaced. */
export async function withServer<T>(
  folder: string,
  streams: string,
  use: (server: Server) => Promise<T>,
): Promise<T> {
  const file = join(folder, 'hozon.yaml')
  const dataDirectory = join(folder, 'data')
  writeFileSync(file, `version: 1\nstreams:\n${streams.replaceAll('FOLDER', folder)}`)
  const up = hozonUp(file, dataDirectory, { env: { NODE_COMPILE_CACHE: join(CACHE, 'compiled') } })
  try {
    await up.ready
    const client = await connectControl(realSys, dataDirectory)
    return await use({ pid: up.pid, client, dataDirectory })
  } finally {
    await stopped(up)
  }
}

async function stopped(up: Up): Promise<void> {
  const code = await up.stop()
  if (code !== 0) throw new Error(`hozon up ended with ${code}: ${up.output().stderr}${up.output().stdout}`)
}

/** Waits until the stream has `records` durable. */
export async function untilReceived(client: ControlClient, stream: string, records: number): Promise<void> {
  await until(`${records} records of ${stream} received`, WAIT_MS, STATUS_MS, async () =>
    (await statusOf(client, stream)).receivedRecords >= records ? true : undefined,
  )
}

/**
 * Received, delivered and counted by SQL from objects alone. The rest that does not fill a delivery is not waited for
 * until its interval ends: it is flushed.
 */
export async function untilDelivered(client: ControlClient, stream: string, records: number): Promise<void> {
  await untilReceived(client, stream, records)
  await client.flush(stream)
  const { deliveredRecords, bufferedRecords } = await statusOf(client, stream)
  if (deliveredRecords !== records || bufferedRecords !== 0)
    throw new Error(`${stream}: ${deliveredRecords} of ${records} delivered, ${bufferedRecords} buffered`)
  const counted = await client.sql(`SELECT count(*) FROM logs.${stream}`)
  if (counted.rows[0]?.[0] !== String(records) || counted.stats.segments !== 0)
    throw new Error(`${stream}: SQL counts ${counted.rows[0]?.[0]}, ${counted.stats.segments} segments read`)
}

export async function statusOf(client: ControlClient, stream: string): Promise<StreamStatus> {
  const found = (await client.status()).streams.find(({ name }) => name === stream)
  if (found === undefined) throw new Error(`no stream ${stream}`)
  return found
}

/** CPU seconds since their start, per kind of process: main, hozon-converter, hozon-engine. */
export function cpuByProcess(pid: number): Map<string, number> {
  const sums = new Map<string, number>()
  for (const each of processTree(pid)) {
    const name = each === pid ? 'main process' : processName(each).replace(/-\d+$/, '')
    sums.set(name, (sums.get(name) ?? 0) + (cpuSeconds(each) ?? 0))
  }
  return sums
}
