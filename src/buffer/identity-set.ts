/**
 * A set of 16-byte identities that only grows, in the order of their arrival: 16 bytes each and 4 to 8 for finding
 * them. (A Set of strings takes 100 bytes each, and the garbage collector walks through all of them.)
 */
export const IDENTITY_BYTES = 16

export class IdentitySet {
  #bytes = Buffer.alloc(64 * IDENTITY_BYTES)
  /** Hash table with open addressing: 1 + place of the identity, 0 for free. At most half full. */
  #slots = new Uint32Array(128)
  #count = 0

  get count(): number {
    return this.#count
  }

  has(identity: Buffer): boolean {
    const mask = this.#slots.length - 1
    for (let slot = hashOf(identity, 0) & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask)
      if (this.#isAt(this.#slots[slot]! - 1, identity)) return true
    return false
  }

  add(identity: Buffer): void {
    if (2 * this.#count >= this.#slots.length) this.#grow()
    this.#bytes.set(identity, this.#count * IDENTITY_BYTES)
    this.#link(this.#count++)
  }

  /** All of them; a view that is valid until the next add(). */
  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#count * IDENTITY_BYTES)
  }

  #isAt(place: number, identity: Buffer): boolean {
    for (let at = 0; at < IDENTITY_BYTES; at += 4)
      if (this.#bytes.readUInt32LE(place * IDENTITY_BYTES + at) !== identity.readUInt32LE(at)) return false
    return true
  }

  #link(place: number): void {
    const mask = this.#slots.length - 1
    let slot = hashOf(this.#bytes, place * IDENTITY_BYTES) & mask
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
    this.#slots[slot] = place + 1
  }

  #grow(): void {
    const bytes = Buffer.alloc(2 * this.#bytes.length)
    bytes.set(this.#bytes)
    this.#bytes = bytes
    this.#slots = new Uint32Array(2 * this.#slots.length)
    for (let place = 0; place < this.#count; place++) this.#link(place)
  }
}

/** Identities are hashes, so any of their bits will do. */
function hashOf(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) ^ bytes.readUInt32LE(at + 12)
}
