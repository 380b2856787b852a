/** Every bound of the tail source. Tests make them small; the pipeline uses the defaults. */
export interface TailLimits {
  /** A longer line is cut through Parser.parseCut. */
  lineBytesMax: number
  /** Blocks read and not yet durable, over all files. */
  outstandingBytesMax: number
  /** The same for one file, so that one busy file can not starve the others. */
  fileOutstandingBytesMax: number
  /** Files held open; beyond it those at their end and longest unchanged are closed. */
  openFilesMax: number
  /** Directory watches; further directories are polled only. */
  watchesMax: number
  /** Changes are gathered for this long before they are looked at. */
  gatherMs: number
  /** How often files that changed lately are looked at, and how long "lately" is. */
  activePollMs: number
  activeForMs: number
  /** How often directories are looked at, and idle files where no watch tells of changes. */
  idlePollMs: number
  /** Time in which every idle file is looked at once although its directory is watched. */
  sweepMs: number
  /** A rotated file that has been at its end for this long has its unterminated last line handed over. */
  rotatedFlushMs: number
  /** A gzip file is read when it has not changed for this long. */
  gzipStableMs: number
  /** Sources whose files vanished are remembered (gzip twins are recognised by them) up to this number and age. */
  vanishedSourcesMax: number
  vanishedForMs: number
}

const MIB = 1024 * 1024
const DAY_MS = 24 * 60 * 60 * 1000

/**
 * 16 MiB outstanding keeps the main process small and is more than a disk commits in the time of two fsyncs.
 * 4096 files: well below the usual hard limit of descriptors, above any host with sane logging.
 * 30 s between sweeps: 1,000 idle files cost a few tenths of a percent of a core; watches tell what is quick.
 * 10 ms of gathering: a writer that flushes each line wakes us 100 times a second and not 20,000 times.
 */
export const DEFAULT_TAIL_LIMITS: TailLimits = {
  lineBytesMax: MIB,
  outstandingBytesMax: 16 * MIB,
  fileOutstandingBytesMax: 4 * MIB,
  openFilesMax: 4096,
  watchesMax: 1024,
  gatherMs: 10,
  activePollMs: 250,
  activeForMs: 10_000,
  idlePollMs: 1000,
  sweepMs: 30_000,
  rotatedFlushMs: 2000,
  gzipStableMs: 1000,
  vanishedSourcesMax: 10_000,
  vanishedForMs: 7 * DAY_MS,
}
