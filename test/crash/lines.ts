/** The lines that crash tests write and check. */
import { crc32 } from 'node:zlib'

/** Pads of many lengths, so that lines end everywhere relative to blocks and sectors. */
export function padOf(number: number): string {
  return 'x'.repeat((number * 7919) % 201)
}

export function checksumOf(writer: string, number: number): number {
  return crc32(`${writer}:${number}:${padOf(number)}`)
}

/** `generation`: how often the writer has begun a new file. */
export function lineOf(writer: string, generation: number, number: number, timeMs: number): string {
  const fields = {
    time: new Date(timeMs).toISOString(),
    writer,
    generation,
    number,
    pad: padOf(number),
    checksum: checksumOf(writer, number),
  }
  return JSON.stringify(fields) + '\n'
}
