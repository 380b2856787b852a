/**
 * A whole Sys in memory that repeats by its seed. What it models, and how harshly:
 *  - file bytes are durable after sync(), names after syncDirectory() of each directory they touch; a power cut keeps
 *    any subset of the other changes, bytes in sectors of 512
 *  - a failed fsync drops the un-synced bytes for good although processes still see them
 *  - a killed process keeps all that was written; of writes under way any prefix may have happened
 *  - any operation can be made to fail; a failing write leaves some prefix; a full disk takes what fits
 *  - time stands still until a test moves it
 * Not modelled: bytes that rot while at rest (write them with `disk`), two processes at the same time, permissions
 * beyond `faults.deny`.
 */
import type { Child, ForkOptions, Sys } from './sys.ts'
import { seededRandom, type SeededRandom } from './seeded-random.ts'
import { simulatedClock, type SimulatedClock } from './simulated-clock.ts'
import { SimulatedFaults } from './simulated-faults.ts'
import { DiskAccess } from './simulated-disk-access.ts'
import { SimulatedFiles } from './simulated-files.ts'
import { SimulatedLife, type SimulatedDisk } from './simulated-life.ts'
import { SimulatedTree } from './simulated-tree.ts'
import { SimulatedWatches } from './simulated-watches.ts'

export interface SimulatedSys extends Sys {
  readonly clock: SimulatedClock
  readonly faults: SimulatedFaults
  readonly watches: SimulatedWatches
  /** Synchronous, never failing access beside the process: another program writes, a test looks. */
  readonly disk: DiskAccess
  /** What processes.fork() does; without it fork throws. */
  onFork: ((module: URL, options: ForkOptions) => Child) | undefined
  /**
   * Ends this life and returns the next one on the same disk. Calls of the old life reject with ECRASHED, its sleepers
   * never wake. process: all that was written stays. power: what was not synced survives by chance.
   */
  crash(options: { mode: 'process' | 'power' }): SimulatedSys
}

export function simulatedSys(seed: number): SimulatedSys {
  const random = seededRandom(seed)
  // The tree outlives each life's clock; it asks for the time of whichever runs.
  let clock = simulatedClock()
  const tree = new SimulatedTree(() => clock.now())
  const disk: SimulatedDisk = { tree, faults: new SimulatedFaults(random.fork()), random: random.fork() }
  const appRandom = random.fork()
  let pid = 1000

  const begin = (): SimulatedSys => {
    const watches = new SimulatedWatches()
    const lifeClock = clock
    const life = new SimulatedLife(disk, lifeClock, watches)
    const ownPid = ++pid
    const sys: SimulatedSys = {
      clock: lifeClock,
      random: toRandom(appRandom),
      files: new SimulatedFiles(life),
      faults: disk.faults,
      watches,
      disk: new DiskAccess(tree, watches, () => clock.now()),
      onFork: undefined,
      processes: {
        pid: ownPid,
        fork(module, options) {
          if (sys.onFork === undefined) throw new Error(`simulated: no handler for fork of ${module.href}`)
          return sys.onFork(module, options)
        },
        isAlive: (other) => other === pid,
      },
      crash({ mode }) {
        if (clock !== lifeClock) throw new Error('this life has ended')
        life.end()
        watches.clear()
        clock = simulatedClock(lifeClock.stop())
        if (mode === 'power') tree.cutPower(disk.random)
        return begin()
      },
    }
    return sys
  }
  return begin()
}

function toRandom(random: SeededRandom): Sys['random'] {
  return {
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => random.below(256))),
    float: () => random.float(),
  }
}
