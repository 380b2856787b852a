/** One life of a process on the simulated disk: each of its operations passes here, until a crash ends it. */
import type { SimulatedClock } from './simulated-clock.ts'
import type { Operation, OperationName, SimulatedFaults } from './simulated-faults.ts'
import { writeToInode, type FileInode } from './simulated-inode.ts'
import { systemError, type SimulatedTree } from './simulated-tree.ts'
import type { SimulatedWatches } from './simulated-watches.ts'
import type { SeededRandom } from './seeded-random.ts'

/** An operation takes up to this many turns of the microtask queue, so that calls overlap in many ways. */
const TURNS_MAX = 4

export interface SimulatedDisk {
  tree: SimulatedTree
  faults: SimulatedFaults
  random: SeededRandom
}

interface RunningWrite {
  inode: FileInode
  bytes: Buffer
  position: number
}

export class SimulatedLife {
  readonly disk: SimulatedDisk
  readonly clock: SimulatedClock
  readonly watches: SimulatedWatches
  readonly #running = new Set<RunningWrite>()
  #isOver = false

  constructor(disk: SimulatedDisk, clock: SimulatedClock, watches: SimulatedWatches) {
    this.disk = disk
    this.clock = clock
    this.watches = watches
  }

  /** `effect` gets the fault that was asked for; it may do a part of its work before it throws it. */
  async operation<T>(name: OperationName, path: string, effect: (fault: Error | undefined) => T): Promise<T> {
    const begun = await this.#begin(name, path)
    return effect(this.disk.faults.errorFor(begun))
  }

  /** For effects that happen wholly or not at all. */
  whole<T>(name: OperationName, path: string, effect: () => T): Promise<T> {
    return this.operation(name, path, (fault) => {
      if (fault !== undefined) throw fault
      return effect()
    })
  }

  async write(path: string, write: RunningWrite): Promise<void> {
    this.#running.add(write)
    try {
      await this.operation('write', path, (fault) => {
        this.#running.delete(write)
        this.#writeNow(path, write, fault)
      })
    } finally {
      this.#running.delete(write)
    }
  }

  /** Calls from now on reject with ECRASHED; of the writes under way any part may have happened. */
  end(): void {
    this.#isOver = true
    for (const { inode, bytes, position } of this.#running)
      writeToInode(
        inode,
        bytes.subarray(0, this.disk.faults.partOf(bytes.length)),
        position,
        this.clock.now(),
      )
    this.#running.clear()
  }

  #deadCall(name: OperationName, path: string): Promise<never> {
    if (this.disk.faults.deadCallsHang) return new Promise(() => {})
    throw systemError('ECRASHED', path, name)
  }

  async #begin(name: OperationName, path: string): Promise<Operation> {
    const { faults, random } = this.disk
    if (this.#isOver) return this.#deadCall(name, path)
    const begun = faults.begin(name, path)
    for (let turns = 1 + random.below(TURNS_MAX); turns > 0; turns--) await Promise.resolve()
    const latencyMs = faults.latencyMs(begun)
    if (latencyMs > 0) await this.clock.sleep(latencyMs)
    if (this.#isOver) return this.#deadCall(name, path)
    return begun
  }

  /** A full disk takes what fits; any other failing write leaves some part of itself. */
  #writeNow(path: string, { inode, bytes, position }: RunningWrite, fault: Error | undefined): void {
    const { faults } = this.disk
    const growthBytes = Math.max(0, position + bytes.length - inode.seen.size)
    const overflowBytes = this.#overflow(growthBytes)
    const takenBytes = fault === undefined ? bytes.length - overflowBytes : faults.partOf(bytes.length)
    writeToInode(inode, bytes.subarray(0, Math.max(0, takenBytes)), position, this.clock.now())
    if (fault !== undefined) throw fault
    if (overflowBytes > 0) throw systemError('ENOSPC', path, 'write')
  }

  #overflow(growthBytes: number): number {
    const { faults, tree } = this.disk
    if (faults.capacityBytes === Infinity) return 0
    return Math.min(growthBytes, Math.max(0, tree.usedBytes() + growthBytes - faults.capacityBytes))
  }
}
