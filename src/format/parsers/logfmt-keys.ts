/**
 * The keys of logfmt lines. A program writes the same keys in the same order again and again, so that each key is first
 * compared with the one that stood at its place in the line before; only new ones become strings.
 */

interface Key {
  bytes: Buffer
  name: string
  /** `"name":` */
  json: Uint8Array
}

/** Places remembered; lines with more keys are read, only slower. */
const PLACES_KEPT = 64

export class LogfmtKeys {
  readonly #places: Key[] = []
  readonly #seen = new Map<string, number>()
  #place = 0

  startLine(): void {
    this.#place = 0
    this.#seen.clear()
  }

  /** The key at [start, end) as the beginning of a JSON member; the n-th of one name is `name_n`. */
  next(source: Buffer, start: number, end: number): Uint8Array {
    const place = this.#place++
    const known = this.#places[place]
    const key =
      known !== undefined && isSame(known.bytes, source, start, end) ? known : keyOf(source, start, end)
    if (place < PLACES_KEPT) this.#places[place] = key
    if (this.#seen.has(key.name)) return jsonOf(this.#unused(key.name))
    this.#seen.set(key.name, 1)
    return key.json
  }

  /** Counts from where it stopped, so that a line of one key ten thousand times takes no longer than another. */
  #unused(name: string): string {
    let count = this.#seen.get(name)!
    do count++
    while (this.#seen.has(`${name}_${count}`))
    this.#seen.set(name, count)
    this.#seen.set(`${name}_${count}`, 1)
    return `${name}_${count}`
  }
}

function keyOf(source: Buffer, start: number, end: number): Key {
  const name = source.toString('utf8', start, end)
  return { bytes: Buffer.from(source.subarray(start, end)), name, json: jsonOf(name) }
}

function jsonOf(name: string): Uint8Array {
  return Buffer.from(`${JSON.stringify(name)}:`)
}

function isSame(bytes: Uint8Array, source: Uint8Array, start: number, end: number): boolean {
  if (bytes.length !== end - start) return false
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== source[start + i]) return false
  return true
}
