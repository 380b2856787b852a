/** The operations on a catalog of their own, with the shapes checked as the endpoint does it. For tests. */
import { rejects } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AwsCall } from '../../../aws/service.ts'
import type { StructureShape } from '../../../aws/shape.ts'
import { validate } from '../../../aws/validate.ts'
import type { Catalog } from '../../../catalog/catalog.ts'
import { openCatalog } from '../../../catalog/open-catalog.ts'
import { realClock } from '../../../sys/real-clock.ts'
import { realRandom } from '../../../sys/real-random.ts'
import type { GlueContext } from '../glue-context.ts'
import { GLUE } from '../service.ts'

const CALL: AwsCall = {
  requestId: 'r',
  region: 'eu-west-1',
  accountId: '123456789012',
  accessKey: { accessKeyId: 'AKIA', secretAccessKey: 's', role: 'admin' },
  identity: Buffer.alloc(16),
  memory: { take: (bytes) => Buffer.allocUnsafe(bytes) },
}

export type Answer = Record<string, unknown>

export interface OpenGlue {
  catalog: Catalog
  call(name: string, input: object): Promise<Answer>
  refused(name: string, input: object, fault: string, message: string | RegExp): Promise<void>
  close(): void
}

/** The time is 1970-01-01T00:00:01.5Z. */
export function openGlue(more: Partial<GlueContext> = {}): OpenGlue {
  const directory = mkdtempSync(join(tmpdir(), 'hozon-glue-'))
  const clock = { ...realClock, now: () => 1_500 }
  const catalog = openCatalog(join(directory, 'catalog.sqlite'), clock, realRandom)
  const call = async (name: string, input: object): Promise<Answer> => {
    const operation = GLUE.operations.find((known) => known.name === name)!
    const checked = validate(operation.input as StructureShape, input)
    return (await operation.handle(
      { catalog, nowMs: () => 1_500, ...more } as GlueContext,
      checked as never,
      CALL,
    )) as Answer
  }
  return {
    catalog,
    call,
    refused: (name, input, fault, message) => rejects(call(name, input), { name: fault, message }),
    close() {
      catalog.close()
      rmSync(directory, { recursive: true })
    },
  }
}
