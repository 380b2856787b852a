/** Chance that a seed repeats (mulberry32): for the simulator and for tests, never for secrets. */
export interface SeededRandom {
  /** Uniform in [0, 1). */
  float(): number
  /** Uniform whole number in [0, limit). */
  below(limit: number): number
  chance(probability: number): boolean
  /** An independent sequence: drawing from one does not shift the other. */
  fork(): SeededRandom
}

export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const float = (): number => next() / 0x1_0000_0000
  return {
    float,
    below: (limit) => Math.floor(float() * limit),
    chance: (probability) => float() < probability,
    fork: () => seededRandom(next()),
  }
}
