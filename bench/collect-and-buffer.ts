/** `node collect-and-buffer.ts FILE FOLDER`: our tail and buffer alone, until all of FILE is durable in FOLDER. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { openBuffer } from '../src/buffer/open-buffer.ts'
import { tailSource } from '../src/collect/tail/tail-source.ts'
import { jsonParser } from '../src/format/parsers/json.ts'
import { realSys } from '../src/sys/real.ts'

const [file = '', folder = ''] = process.argv.slice(2)
const { size } = await stat(file)
const config = {
  kind: 'tail' as const,
  paths: [file],
  parse: { kind: 'json' as const },
  from: 'beginning' as const,
  time: undefined,
}
const startedMs = performance.now()
const buffer = await openBuffer(realSys, {
  stream: 'bench',
  directory: join(folder, 'buffer'),
  deliveredThrough: 0,
})
const source = tailSource(realSys, config, buffer, jsonParser)
const { promise: done, resolve } = Promise.withResolvers<void>()
buffer.onCommit = (_chunks, progress) => {
  if (progress?.to === size) resolve()
}
await source.start()
await done
const seconds = (performance.now() - startedMs) / 1000
await source.stop()
await buffer.close()
const { userCPUTime, systemCPUTime } = process.resourceUsage()
console.log(
  JSON.stringify({
    seconds,
    userSeconds: userCPUTime / 1e6,
    systemSeconds: systemCPUTime / 1e6,
    records: buffer.stats().receivedRecords,
  }),
)
