/** For tests of functions: a segment on the real disk, and a transformer whose log is kept. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { openTransformer } from '../../src/deliver/lambda/open-transformer.ts'
import type { FunctionTargets, TransformJob } from '../../src/deliver/lambda/transformer.ts'
import { readTransformedFile } from '../../src/format/firehose/transformed-file.ts'
import { writeUnits } from '../../src/format/firehose/units-file.ts'
import { realFiles } from '../../src/sys/real-files.ts'
import { realSys } from '../../src/sys/real.ts'

export const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:test'

export interface Bench {
  directory: string
  /** What functions printed, and what was told of them. */
  log: string[]
  /** Each record's text, `dropped`, or the failure's code. */
  run: (records: readonly string[], lambda?: Partial<TransformJob['lambda']>) => Promise<string[]>
  /** A job whose answers nobody reads. */
  job: (records: readonly string[], lambda?: Partial<TransformJob['lambda']>) => TransformJob
  transformer: ReturnType<typeof openTransformer>
}

/** `functions` gets the bench's own folder. Times out after `timeoutMs`. */
export function openBench(
  t: TestContext,
  functions: (directory: string) => FunctionTargets,
  options: { timeoutMs?: number } = {},
): Bench {
  const directory = mkdtempSync(join(tmpdir(), 'hozon-lambda-'))
  const log: string[] = []
  const transformer = openTransformer(realSys, {
    functions: functions(directory),
    events: {
      printed: (_, line) => log.push(line),
      failing: (_, reason) => log.push(`failing: ${reason}`),
      recovered: () => log.push('recovered'),
    },
    writeUnits: (units) => writeUnits(realFiles, units),
    ...options,
  })
  t.after(async () => {
    await transformer.close()
    rmSync(directory, { recursive: true })
  })
  let segment = 0
  const job: Bench['job'] = (records, lambda = {}) => {
    segment++
    const path = join(directory, `${segment}.data`)
    writeFileSync(path, records.join(''))
    let end = 0
    return {
      lambda: { arn: ARN, retries: 0, bufferBytes: 1024 * 1024, bufferIntervalMs: 0, ...lambda },
      streamArn: 'arn:aws:firehose:us-east-1:123456789012:deliverystream/s',
      region: 'us-east-1',
      path,
      bytes: Buffer.byteLength(records.join('')),
      recordEnds: Uint32Array.from(records, (record) => (end += Buffer.byteLength(record))),
      firstArrivalMs: 1_767_323_045_000,
      before: { decompression: 'none', deaggregation: undefined },
      out: join(directory, 'transformed', 's', String(segment)),
    }
  }
  return {
    directory,
    log,
    transformer,
    job,
    async run(records, lambda) {
      const todo = job(records, lambda)
      await transformer.transform(todo)
      return (await readTransformedFile(realFiles, todo.out)).map((entry) => {
        if (entry.kind === 'failed') return entry.failure.code
        return entry.kind === 'ok' ? entry.data.toString() : entry.kind
      })
    },
  }
}
