/**
 * The contract of encodings: a stream of chunks becomes a stream of chunks, in bounded memory. Encoding is
 * deterministic: equal bytes, however they were cut into chunks, with equal options give equal bytes, so that a
 * delivery that is repeated after a crash makes the same object.
 */

export type Chunks = AsyncIterable<Buffer> | Iterable<Buffer>

export interface Encoding {
  encode: (chunks: Chunks, options: EncodeOptions) => AsyncIterable<Buffer>
  decode: (chunks: Chunks) => AsyncIterable<Buffer>
}

/** Only zip archives name what they hold. */
export interface EncodeOptions {
  entryName: string
  modifiedMs: number
}

export interface DecodeLimits {
  /** Most bytes that may come out. */
  maxBytes: number
  /** Most bytes that may come out for each byte that went in, once more than `freeBytes` came out. */
  maxRatio: number
  freeBytes: number
}

/** Deflate can not exceed 1032 to 1; zstd and repetitive logs stay below that by far, bombs do not. */
export const DEFAULT_DECODE_LIMITS: DecodeLimits = {
  maxBytes: 64 * 2 ** 30,
  maxRatio: 1100,
  freeBytes: 64 * 2 ** 20,
}
