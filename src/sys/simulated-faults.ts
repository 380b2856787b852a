/** What goes wrong on the simulated disk, and when. Each call of Files and OpenFile is one numbered operation. */
import type { SeededRandom } from './seeded-random.ts'
import { systemError } from './simulated-tree.ts'

export type OperationName =
  | 'open'
  | 'read'
  | 'write'
  | 'sync'
  | 'truncate'
  | 'close'
  | 'stat'
  | 'list'
  | 'makeDirectory'
  | 'setMode'
  | 'rename'
  | 'link'
  | 'remove'
  | 'removeTree'
  | 'syncDirectory'
  | 'freeBytes'
  | 'diskBytes'

export interface Operation {
  /** From 1, counted over all lives. */
  number: number
  name: OperationName
  path: string
}

export interface Fault {
  code: string
  /** Which operations fail. */
  when: (operation: Operation) => boolean
  /** How many of them; default 1. */
  times?: number
}

export class SimulatedFaults {
  readonly #random: SeededRandom
  #faults: Required<Fault>[] = []
  #operations = 0
  #denied = new Set<string>()
  /** Called for each operation before it runs, e.g. to record a trace or to crash at it. */
  onOperation: (operation: Operation) => void = () => {}
  /** Milliseconds of simulated time that an operation takes; a test must move the clock then. */
  latencyMs: (operation: Operation) => number = () => 0
  /** Calls of a life that has ended never settle, as in a process that is gone; otherwise they reject with ECRASHED. */
  deadCallsHang = false
  /** read() may return less than was asked for, as it may in reality. */
  shortReads = false
  /** Bytes that all files together may hold; more fails with ENOSPC. */
  capacityBytes = Infinity

  constructor(random: SeededRandom) {
    this.#random = random
  }

  get operations(): number {
    return this.#operations
  }

  /** Fails the operation with this number, and with `forever` every one from it on. */
  failAt(number: number, code: string, options: { forever?: boolean } = {}): void {
    const when = (operation: Operation): boolean =>
      options.forever ? operation.number >= number : operation.number === number
    this.fail({ code, when, times: options.forever ? Infinity : 1 })
  }

  fail(fault: Fault): void {
    this.#faults.push({ times: 1, ...fault })
  }

  /** open() of this path fails with EACCES until allow(). */
  deny(path: string): void {
    this.#denied.add(path)
  }

  allow(path: string): void {
    this.#denied.delete(path)
  }

  clear(): void {
    this.#faults = []
    this.#denied.clear()
    this.capacityBytes = Infinity
    this.shortReads = false
    this.latencyMs = () => 0
  }

  begin(name: OperationName, path: string): Operation {
    const operation = { number: ++this.#operations, name, path }
    this.onOperation(operation)
    return operation
  }

  errorFor(operation: Operation): Error | undefined {
    const { name, path } = operation
    if (name === 'open' && this.#denied.has(path)) return systemError('EACCES', path)
    const fault = this.#faults.find(({ when, times }) => times > 0 && when(operation))
    if (fault === undefined) return undefined
    fault.times--
    return systemError(fault.code, path, name)
  }

  /** How much of a failing write, or of a short read, happens all the same. */
  partOf(bytes: number): number {
    return this.#random.below(bytes + 1)
  }
}
