/**
 * `node bare-loop.ts FILE FOLDER`: the least that a Node program can do to make a file durable elsewhere: read, cut at
 * the last newline, CRC-32, write, and fdatasync data and a journal side by side. It follows nothing and recovers nothing.
 */
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'

/** As much as our group commit takes at once under load. */
const BLOCK_BYTES = 4 * 1024 * 1024
const NEWLINE = 0x0a

const [file = '', folder = ''] = process.argv.slice(2)
const input = await open(file, 'r')
const data = await open(join(folder, 'bare.data'), 'w')
const journal = await open(join(folder, 'bare.journal'), 'w')
const { size } = await input.stat()
const block = Buffer.allocUnsafe(BLOCK_BYTES)
const startedMs = performance.now()
let offset = 0
let crc = 0
let entryAt = 0
while (offset < size) {
  const { bytesRead } = await input.read(block, 0, BLOCK_BYTES, offset)
  const lines = block.subarray(0, block.subarray(0, bytesRead).lastIndexOf(NEWLINE) + 1)
  crc = crc32(lines, crc)
  const entry = Buffer.from(JSON.stringify({ from: offset, to: offset + lines.length, crc }) + '\n')
  await Promise.all([
    data.write(lines, 0, lines.length, offset).then(() => data.datasync()),
    journal.write(entry, 0, entry.length, entryAt).then(() => journal.datasync()),
  ])
  offset += lines.length
  entryAt += entry.length
}
const seconds = (performance.now() - startedMs) / 1000
await Promise.all([input.close(), data.close(), journal.close()])
const { userCPUTime, systemCPUTime } = process.resourceUsage()
console.log(JSON.stringify({ seconds, userSeconds: userCPUTime / 1e6, systemSeconds: systemCPUTime / 1e6 }))
