/** Opens a stream's buffer: recovers what a crash left, then continues in a new segment and a new journal. */
import { dirname, join } from 'node:path'
import { assert } from '../base/errors.ts'
import type { Sys } from '../sys/sys.ts'
import { DEFAULT_BUFFER_LIMITS, type BufferOptions, type StreamBuffer } from './buffer.ts'
import { recoverBuffer } from './recover-buffer.ts'
import { SegmentBuffer } from './segment-buffer.ts'
import { SegmentLog } from './segment-log.ts'

/** Rejects with HOZON_BUFFER_CORRUPT, having changed nothing, when the files contradict what was acknowledged. */
export async function openBuffer(sys: Sys, options: BufferOptions): Promise<StreamBuffer> {
  const { stream, deliveredThrough } = options
  assert(/^[a-zA-Z0-9_.-]{1,64}$/.test(stream) && !/^\.+$/.test(stream), `stream name ${stream}`)
  const directory = join(options.directory, stream)
  await sys.files.makeDirectory(directory)
  for (const parent of [options.directory, dirname(options.directory)]) await sys.files.syncDirectory(parent)
  const recovered = await recoverBuffer(sys.files, { directory, stream, deliveredThrough })
  const log = new SegmentLog(sys.files, directory, recovered)
  const limits = { ...DEFAULT_BUFFER_LIMITS, ...options.limits }
  const buffer = new SegmentBuffer(sys, { stream, directory, limits }, log)
  await buffer.start()
  return buffer
}
