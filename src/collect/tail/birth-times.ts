/**
 * Birth times tell a file from a later one in the same inode with the same content. Where statx is missing, Node
 * reports the change time as birth time; so they are believed only for devices on which the two were seen to differ.
 */
import type { FileStat } from '../../sys/sys.ts'

export interface BirthTimes {
  /** To be shown every stat. */
  note(stat: FileStat): void
  /** Was the file made at another time than `birthNs` says? false where that can not be known. */
  isAnother(stat: FileStat, birthNs: string): boolean
}

export function birthTimes(): BirthTimes {
  const devices = new Set<bigint>()
  return {
    note({ dev, birthtimeNs, ctimeNs }) {
      if (birthtimeNs > 0n && birthtimeNs !== ctimeNs) devices.add(dev)
    },
    isAnother: (stat, birthNs) => devices.has(stat.dev) && String(stat.birthtimeNs) !== birthNs,
  }
}
