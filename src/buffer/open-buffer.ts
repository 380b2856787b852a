/** Opens a stream's buffer: recovers what a crash left, then continues in a new segment and a new journal. */
import { dirname, join } from 'node:path'
import { assert, HozonError, systemCode } from '../base/errors.ts'
import type { Files, Sys } from '../sys/sys.ts'
import { DEFAULT_BUFFER_LIMITS, type BufferOptions, type StreamBuffer } from './buffer.ts'
import { isDiskError } from './disk-stall.ts'
import { recoverBuffer } from './recover-buffer.ts'
import { RequestMemory } from './request-memory.ts'
import { SegmentBuffer } from './segment-buffer.ts'
import { SegmentLog } from './segment-log.ts'

/**
 * Rejects with HOZON_BUFFER_CORRUPT, having changed nothing, when the files contradict what was acknowledged, and with
 * HOZON_BUFFER_DISK (retryable) when they cannot be read. A full disk does not keep it from opening: it begins stalled.
 */
export async function openBuffer(sys: Sys, options: BufferOptions): Promise<StreamBuffer> {
  const { stream, deliveredThrough } = options
  assert(/^[a-zA-Z0-9_.-]{1,64}$/.test(stream) && !/^\.+$/.test(stream), `stream name ${stream}`)
  const directory = join(options.directory, stream)
  try {
    return await open(sys, { ...options, directory, deliveredThrough })
  } catch (error) {
    if (!isDiskError(error)) throw error
    const details = { op: 'open buffer', target: directory, retryable: true, cause: error }
    throw new HozonError('HOZON_BUFFER_DISK', (error as Error).message, details)
  }
}

async function open(sys: Sys, options: BufferOptions): Promise<StreamBuffer> {
  const { stream, directory, deliveredThrough } = options
  await sys.files.makeDirectory(directory)
  await syncParents(sys.files, directory)
  const recovered = await recoverBuffer(sys.files, { directory, stream, deliveredThrough })
  const limits = { ...DEFAULT_BUFFER_LIMITS, ...options.limits }
  const requests = new RequestMemory(limits, recovered.requests.generations)
  for (const { identities, atMs } of recovered.requests.added) requests.add(identities, atMs)
  const log = new SegmentLog(sys.files, directory, recovered, requests)
  const buffer = new SegmentBuffer(sys, { stream, directory, limits }, log)
  await buffer.start()
  return buffer
}

/** All the way up: any of the folders may have been made a moment ago, and a power cut can take a name with all below. */
async function syncParents(files: Files, directory: string): Promise<void> {
  for (let path = directory, parent = dirname(path); parent !== path; path = parent, parent = dirname(path)) {
    try {
      await files.syncDirectory(parent)
    } catch (error) {
      // What this user may not even read, it has not made anything in.
      if (systemCode(error) !== 'EACCES') throw error
    }
  }
}
