/**
 * Tells the log when something begins to keep a stream from moving on and when it is over: once per episode, found by
 * looking once a second, so that the rooms below need not know about logs.
 */
import type { Sys } from '../sys/sys.ts'
import type { Telemetry } from '../telemetry/events.ts'
import type { OpenStream } from './open-stream.ts'

const LOOK_MS = 1000

/** Runs until the signal aborts. */
export async function reportEpisodes(
  sys: Pick<Sys, 'clock'>,
  streams: OpenStream[],
  telemetry: Telemetry,
  signal: AbortSignal,
): Promise<void> {
  const stalled = new Set<string>()
  const denied = new Set<string>()
  const cut = new Map<string, number>()
  while (!signal.aborted) {
    for (const stream of streams) {
      reportBuffer(stream, stalled, telemetry)
      reportFiles(stream, denied, cut, telemetry)
    }
    await sys.clock.sleep(LOOK_MS, signal)
  }
}

function reportBuffer({ config, buffer }: OpenStream, stalled: Set<string>, telemetry: Telemetry): void {
  const problem = buffer.stats().stalled
  if (problem !== undefined && !stalled.has(config.name)) {
    stalled.add(config.name)
    telemetry.buffer.stalled(config.name, problem.code, problem.message)
  } else if (problem === undefined && stalled.delete(config.name)) {
    telemetry.buffer.resumed(config.name)
  }
}

function reportFiles(
  { config, sources }: OpenStream,
  denied: Set<string>,
  cut: Map<string, number>,
  telemetry: Telemetry,
): void {
  for (const file of sources.flatMap((source) => source.status())) {
    const name = `${config.name} ${file.path}`
    if (file.state !== 'denied') denied.delete(name)
    else if (!denied.has(name)) {
      denied.add(name)
      telemetry.collect.fileDenied(config.name, file.path)
    }
    if (file.cutLines > (cut.get(name) ?? 0))
      telemetry.collect.linesCut(config.name, file.path, file.cutLines)
    // Rotated names come and go; only names with something to remember are kept.
    if (file.cutLines > 0) cut.set(name, file.cutLines)
    else cut.delete(name)
  }
}
