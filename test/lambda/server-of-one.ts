/** A process that calls one function, a module or a URL, for `x`: TARGET DIRECTORY. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openTransformer } from '../../src/deliver/lambda/open-transformer.ts'
import { writeUnits } from '../../src/format/firehose/units-file.ts'
import { realSys } from '../../src/sys/real.ts'
import { ARN } from './segment.ts'

const [target = '', directory = ''] = process.argv.slice(2)
const functions = { [ARN]: /^https?:/.test(target) ? { url: target } : { module: target } }
const path = join(directory, 'segment')
writeFileSync(path, 'x')
const events = { printed: () => {}, failing: () => {}, recovered: () => {} }
await openTransformer(realSys, {
  functions,
  events,
  writeUnits: (units) => writeUnits(realSys.files, units),
}).transform({
  lambda: { arn: ARN, retries: 0, bufferBytes: 1024, bufferIntervalMs: 0 },
  streamArn: 'arn:aws:firehose:us-east-1:123456789012:deliverystream/s',
  region: 'us-east-1',
  path,
  bytes: 1,
  recordEnds: Uint32Array.of(1),
  firstArrivalMs: 0,
  before: { decompression: 'none', deaggregation: undefined },
  out: join(directory, 'transformed', 's', '1'),
})
