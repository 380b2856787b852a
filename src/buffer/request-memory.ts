/**
 * Which requests were stored, so that a repetition is not stored again. In generations: the current one takes
 * identities until it is full or old enough, then it becomes the former one, and the one before that is forgotten as a
 * whole. So each identity is remembered for the promised time or number at least, and for twice as much at most.
 */
import { IDENTITY_BYTES, IdentitySet } from './identity-set.ts'

export interface RequestLimits {
  requestsMax: number
  requestMemoryMs: number
}

/** As a snapshot of the journal holds it. */
export interface RequestGeneration {
  /** When its first and its newest identity became durable, epoch ms. */
  firstMs: number
  lastMs: number
  identities: Buffer
}

interface Generation {
  firstMs: number
  lastMs: number
  set: IdentitySet
}

export class RequestMemory {
  readonly #limits: RequestLimits
  /** Oldest first; two at most. */
  #generations: Generation[] = []

  /** `generations`: what a snapshot held, in its order. */
  constructor(limits: RequestLimits, generations: readonly RequestGeneration[] = []) {
    this.#limits = limits
    for (const { firstMs, lastMs, identities } of generations) {
      const set = new IdentitySet()
      for (const identity of eachOf(identities)) set.add(identity)
      this.#push({ firstMs, lastMs, set })
    }
  }

  has(identity: Buffer): boolean {
    return this.#generations.some(({ set }) => set.has(identity))
  }

  /** `identities`: one behind the other. */
  add(identities: Buffer, nowMs: number): void {
    for (const identity of eachOf(identities)) {
      const generation = this.#current(nowMs)
      generation.set.add(identity)
      generation.lastMs = nowMs
    }
  }

  /** Without it a stream that rests would carry its last requests from snapshot to snapshot for ever. */
  expire(nowMs: number): void {
    this.#generations = this.#generations.filter(
      ({ lastMs }) => nowMs - lastMs < this.#limits.requestMemoryMs,
    )
  }

  /** Valid until the next add(). */
  snapshot(): RequestGeneration[] {
    return this.#generations.map(({ firstMs, lastMs, set }) => ({ firstMs, lastMs, identities: set.bytes() }))
  }

  #current(nowMs: number): Generation {
    const { requestsMax, requestMemoryMs } = this.#limits
    const current = this.#generations.at(-1)
    const isOpen =
      current !== undefined && current.set.count < requestsMax && nowMs - current.firstMs < requestMemoryMs
    if (isOpen) return current
    const next = { firstMs: nowMs, lastMs: nowMs, set: new IdentitySet() }
    this.#push(next)
    return next
  }

  #push(generation: Generation): void {
    this.#generations = [...this.#generations.slice(-1), generation]
  }
}

function* eachOf(identities: Buffer): Generator<Buffer> {
  for (let at = 0; at < identities.length; at += IDENTITY_BYTES)
    yield identities.subarray(at, at + IDENTITY_BYTES)
}
