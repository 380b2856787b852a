/** The journal being written. A new one starts with a snapshot and replaces the older ones once it is durable. */
import { join } from 'node:path'
import type { Files, OpenFile } from '../sys/sys.ts'
import { encodeEntry, type CommitEntry, type JournalEntry } from './journal-entry.ts'

/** One write() of a snapshot; small enough not to hold thousands of sources twice in memory. */
const SNAPSHOT_WRITE_BYTES = 1024 * 1024

export interface SnapshotEntry {
  entry: JournalEntry
  tail?: Buffer
}

export interface JournalFile {
  readonly number: number
  /** Has it grown so much that a new one should start? Twice the snapshot at least: else thousands of sources would
   *  be written again and again. */
  isLong(bytesMax: number): boolean
  /** Durable when it resolves. Not to be called again after it has failed: what is on disk is unknown then. */
  append(entry: CommitEntry, tail?: Buffer): Promise<void>
  close(): Promise<void>
}

export function journalFileName(number: number): string {
  return `${String(number).padStart(10, '0')}.journal`
}

/** Resolves when the snapshot and the file's name are durable. Older journals are the caller's to remove. */
export async function startJournal(
  files: Files,
  directory: string,
  number: number,
  snapshot: Iterable<SnapshotEntry>,
): Promise<JournalFile> {
  const path = join(directory, journalFileName(number))
  // What an attempt has left that failed or crashed: it never counted, and must not show through the new bytes.
  await files.remove(path)
  const file = await files.open(path, 'exclusive')
  try {
    const { entries, bytes } = await writeSnapshot(file, snapshot)
    await file.sync()
    await files.syncDirectory(directory)
    return openedJournal(file, number, entries, bytes)
  } catch (error) {
    // The first error counts; a handle that cannot be closed either changes nothing.
    await file.close().catch(() => {})
    throw error
  }
}

async function writeSnapshot(
  file: OpenFile,
  snapshot: Iterable<SnapshotEntry>,
): Promise<{ entries: number; bytes: number }> {
  let entries = 0
  let bytes = 0
  let pending: Buffer[] = []
  let pendingBytes = 0
  const flush = async (): Promise<void> => {
    await file.write(pending, bytes)
    bytes += pendingBytes
    pending = []
    pendingBytes = 0
  }
  for (const { entry, tail } of snapshot) {
    const encoded = encodeEntry(entries++, entry, tail)
    pending.push(encoded)
    pendingBytes += encoded.length
    if (pendingBytes >= SNAPSHOT_WRITE_BYTES) await flush()
  }
  await flush()
  return { entries, bytes }
}

function openedJournal(file: OpenFile, number: number, entries: number, snapshotBytes: number): JournalFile {
  let nextEntry = entries
  let end = snapshotBytes
  return {
    number,
    isLong: (bytesMax) => end - snapshotBytes > bytesMax + 2 * snapshotBytes,
    async append(entry, tail) {
      const bytes = encodeEntry(nextEntry++, entry, tail)
      await file.write([bytes], end)
      end += bytes.length
      await file.sync()
    },
    close: () => file.close(),
  }
}
