import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3'
import type { HozonError } from '../../src/base/errors.ts'
import { testStoreBehaviour } from '../../src/store/behaviour.ts'
import { DEFAULT_S3_LIMITS } from '../../src/store/s3-context.ts'
import { openS3Store } from '../../src/store/s3-store.ts'
import type { Store } from '../../src/store/store.ts'
import { realSys } from '../../src/sys/real.ts'
import { eventually } from '../hozon-process.ts'
import { startFaultProxy, type Fault, type FaultProxy, type SeenRequest } from './fault-proxy.ts'
import { startMinio, type Minio } from './minio.ts'

const MIB = 1024 * 1024
/** Small enough for a test; 5 MiB is the least that S3 takes for a part. */
const LIMITS = {
  multipartBytesMin: 6 * MIB,
  partBytes: 5 * MIB,
  idleTimeoutMs: 1_000,
  attemptTimeoutMs: 2_000,
  backoffBaseMs: 5,
  backoffCapMs: 50,
  deadlineMs: 20_000,
}
const BUCKET = 'logs'
const OPTIONS = { contentType: 'text/plain', metadata: { 'hozon-run': 'r1' } }

const minio: Minio = await startMinio()
after(() => minio.stop())

const openStore = (endpoint: string, limits: Partial<typeof DEFAULT_S3_LIMITS> = LIMITS): Promise<Store> => {
  const { region, credentials } = minio
  return openS3Store(realSys, { endpoint, region, pathStyle: true, credentials, limits })
}

testStoreBehaviour('s3 store on MinIO', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'hozon-s3-'))
  const store = await openStore(minio.endpoint)
  const close = async (): Promise<void> => {
    await store.close()
    await rm(scratch, { recursive: true })
  }
  return { store, sys: realSys, scratch, close }
})

describe('s3 store through a bad network', () => {
  let proxy: FaultProxy
  let store: Store
  let direct: Store
  let scratch: string
  let count = 0

  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'hozon-s3-'))
    proxy = await startFaultProxy(minio.endpoint)
    store = await openStore(proxy.endpoint)
    direct = await openStore(minio.endpoint)
    await direct.openBucket(BUCKET)
  })
  after(async () => {
    await store.close()
    await direct.close()
    await proxy.stop()
    await rm(scratch, { recursive: true })
  })
  beforeEach(() => {
    proxy.seen.length = 0
    proxy.decide = () => undefined
  })

  const writeSource = async (content: Buffer): Promise<string> => {
    const path = join(scratch, `source-${count++}`)
    await writeFile(path, content)
    return path
  }
  const stored = async (key: string): Promise<Buffer> => {
    const path = join(scratch, `copy-${count++}`)
    await direct.getFile(BUCKET, key, path)
    return readFile(path)
  }
  /** The first `times` requests of a kind get the fault. */
  const strike = (fault: Fault, matches: (request: SeenRequest) => boolean, times = 1): void => {
    let left = times
    proxy.decide = (request) => (matches(request) && left-- > 0 ? fault : undefined)
  }

  const faults: Fault[] = [
    { kind: 'status', status: 503, code: 'SlowDown' },
    { kind: 'status', status: 500, code: 'InternalError' },
    { kind: 'status', status: 409, code: 'ConditionalRequestConflict' },
    { kind: 'status', status: 400, code: 'RequestTimeout' },
    { kind: 'cut before' },
    { kind: 'cut after' },
    { kind: 'lost answer' },
    { kind: 'hang' },
    { kind: 'corrupt request' },
  ]
  const steps: Record<string, { bytes: number; matches: (request: SeenRequest) => boolean }> = {
    'a put': { bytes: 300_000, matches: ({ method }) => method === 'PUT' },
    'beginning an upload': { bytes: 11 * MIB, matches: ({ url }) => /[?&]uploads/.test(url) },
    'a part': {
      bytes: 11 * MIB,
      matches: ({ method, url }) => method === 'PUT' && url.includes('partNumber=2'),
    },
    'completing an upload': {
      bytes: 11 * MIB,
      matches: ({ method, url }) => method === 'POST' && url.includes('uploadId='),
    },
  }
  it('attempts that fail are not told to the console', async (t) => {
    const warn = t.mock.method(console, 'warn', () => {})
    strike({ kind: 'cut before' }, ({ method }) => method === 'PUT')
    await store.putFile(BUCKET, `quiet/${count}`, await writeSource(Buffer.from('x')), OPTIONS)
    equal(proxy.seen.length, 2)
    equal(warn.mock.callCount(), 0)
  })

  for (const [step, { bytes, matches }] of Object.entries(steps))
    for (const fault of faults) {
      // Only bytes of the object carry a checksum; the other requests are XML or nothing.
      if (fault.kind === 'corrupt request' && !['a put', 'a part'].includes(step)) continue
      it(`${faultName(fault)} during ${step}: the object is there once and whole`, async () => {
        const key = `faults/${count}/${fault.kind}`
        const content = Buffer.alloc(bytes, `line ${key}\n`)
        const source = await writeSource(content)
        strike(fault, matches, 2)
        const outcome = await store.putFile(BUCKET, key, source, OPTIONS)
        ok(outcome === 'created' || outcome === 'exists')
        ok(proxy.seen.filter(matches).length > 1, 'the fault has struck')
        ok(content.equals(await stored(key)))
        deepEqual((await direct.head(BUCKET, key))?.metadata, OPTIONS.metadata)
        equal(await store.putFile(BUCKET, key, source, OPTIONS), 'exists')
        // The id of an upload whose first answer was lost is known to nobody: only the bucket's own rule can end it.
        if (step !== 'beginning an upload') deepEqual(await openUploads(key), [])
      })
    }

  for (const status of [400, 501] as const)
    it(`puts where the server refuses the condition with ${status}`, async () => {
      const fresh = await openStore(proxy.endpoint)
      proxy.decide = () => ({ kind: 'refuse condition', status })
      await fresh.openBucket(BUCKET)
      for (const bytes of [1000, 7 * MIB]) {
        const key = `refused/${status}/${bytes}`
        equal(
          await fresh.putFile(BUCKET, key, await writeSource(Buffer.alloc(bytes, 'x')), OPTIONS),
          'created',
        )
        equal(
          await fresh.putFile(BUCKET, key, await writeSource(Buffer.alloc(bytes, 'y')), OPTIONS),
          'exists',
        )
        ok(Buffer.alloc(bytes, 'x').equals(await stored(key)))
      }
      await fresh.close()
    })

  it('notices a server that ignores the condition, and looks first', async () => {
    const fresh = await openStore(proxy.endpoint)
    proxy.decide = () => ({ kind: 'ignore condition' })
    await direct.remove('ignoring', '.hozon-writable').catch(() => direct.openBucket('ignoring'))
    await direct.remove('ignoring', '.hozon-writable')
    await fresh.openBucket('ignoring')
    proxy.seen.length = 0
    equal(await fresh.putFile('ignoring', 'a', await writeSource(Buffer.from('x')), OPTIONS), 'created')
    equal(await fresh.putFile('ignoring', 'a', await writeSource(Buffer.from('y')), OPTIONS), 'exists')
    deepEqual(
      proxy.seen.map(({ method, headers }) => [method, headers['if-none-match']]),
      [
        ['HEAD', undefined],
        ['PUT', undefined],
        ['HEAD', undefined],
      ],
    )
    await fresh.close()
  })

  it('gives up after its deadline, and says that it may work later', async () => {
    const impatient = await openStore(proxy.endpoint, { ...LIMITS, deadlineMs: 200 })
    proxy.decide = () => ({ kind: 'status', status: 503, code: 'SlowDown' })
    const source = await writeSource(Buffer.from('x'))
    await rejects(impatient.putFile(BUCKET, 'never', source, OPTIONS), {
      code: 'HOZON_STORE_UNAVAILABLE',
      retryable: true,
    })
    ok(proxy.seen.length > 2)
    await impatient.close()
  })

  it('cannot be reached: says so', async () => {
    const nowhere = await openStore('http://127.0.0.1:1', { ...LIMITS, deadlineMs: 100 })
    await rejects(nowhere.openBucket(BUCKET), { code: 'HOZON_STORE_UNAVAILABLE', retryable: true })
    await nowhere.close()
  })

  it('removes the parts of an upload that fails for good', async () => {
    const impatient = await openStore(proxy.endpoint, { ...LIMITS, deadlineMs: 300 })
    const source = await writeSource(Buffer.alloc(12 * MIB, 'x'))
    proxy.decide = ({ url }) => (url.includes('partNumber=2') ? { kind: 'cut before' } : undefined)
    await rejects(impatient.putFile(BUCKET, 'given-up', source, OPTIONS), { code: 'HOZON_STORE_UNAVAILABLE' })
    deepEqual(await openUploads('given-up'), [])
    equal(await direct.head(BUCKET, 'given-up'), undefined)
    await impatient.close()
  })

  it('sends at most four parts at the same time', async () => {
    const content = Buffer.alloc(32 * MIB, 'abc')
    equal(await store.putFile(BUCKET, 'wide', await writeSource(content), OPTIONS), 'created')
    ok(proxy.partsAtOnceMax <= 4 && proxy.partsAtOnceMax > 1, `${proxy.partsAtOnceMax} at once`)
    ok(content.equals(await stored('wide')))
  })

  it('lets one of two racing uploads in parts win', async () => {
    const contents = [Buffer.alloc(8 * MIB, 'one'), Buffer.alloc(8 * MIB, 'two')]
    const sources = await Promise.all(contents.map(writeSource))
    const outcomes = await Promise.all(sources.map((path) => store.putFile(BUCKET, 'raced', path, OPTIONS)))
    deepEqual(outcomes.toSorted(), ['created', 'exists'])
    ok(contents[outcomes.indexOf('created')]?.equals(await stored('raced')))
  })

  it('gets a file whole although answers are cut', async () => {
    const content = Buffer.alloc(3 * MIB, 'abcdefg')
    await direct.putFile(BUCKET, 'got', await writeSource(content), OPTIONS)
    strike({ kind: 'cut answer' }, ({ method }) => method === 'GET', 2)
    await store.getFile(BUCKET, 'got', join(scratch, 'got'))
    ok(content.equals(await readFile(join(scratch, 'got'))))
    equal(proxy.seen.filter(({ method }) => method === 'GET').length, 3)
  })

  for (const fault of [
    { kind: 'hang' },
    { kind: 'stall answer' },
    { kind: 'status', status: 503, code: 'SlowDown' },
  ] as const)
    it(`${faultName(fault)} while a file is got: nothing is left once nobody waits for it`, async () => {
      await direct.putFile(BUCKET, 'left', await writeSource(Buffer.alloc(3 * MIB)), OPTIONS)
      const path = join(scratch, `left-${count++}`)
      proxy.decide = () => fault
      const waiting = new AbortController()
      const left = rejects(store.getFile(BUCKET, 'left', path, waiting.signal), /nobody waits/)
      await eventually(() => proxy.seen[0], 'a request')
      if (fault.kind === 'stall answer') await eventually(() => sizeOf(path), 'the first bytes')
      waiting.abort(new Error('nobody waits'))
      await left
      equal(await sizeOf(path), undefined)
    })

  it('lists page by page, through a fault between two pages', async () => {
    const keys = Array.from({ length: 1005 }, (_, index) => `pages/${String(index).padStart(5, '0')}`)
    const source = await writeSource(Buffer.from('x'))
    for (let at = 0; at < keys.length; at += 50)
      await Promise.all(keys.slice(at, at + 50).map((key) => direct.putFile(BUCKET, key, source, OPTIONS)))
    strike({ kind: 'cut before' }, ({ url }) => url.includes('continuation-token'))
    const listed: string[] = []
    for await (const { key } of store.list(BUCKET, 'pages/')) listed.push(key)
    deepEqual(listed, keys)
  })

  it('names wrong credentials at once', async () => {
    const stranger = await openS3Store(realSys, {
      endpoint: proxy.endpoint,
      pathStyle: true,
      credentials: { accessKeyId: 'hozon-test', secretAccessKey: 'wrong-secret' },
      limits: LIMITS,
    })
    await rejects(
      stranger.putFile(BUCKET, 'a', await writeSource(Buffer.from('x')), OPTIONS),
      (error: { code: string; hint: string; retryable: boolean }) =>
        error.code === 'HOZON_STORE_DENIED' &&
        error.hint.includes('AWS_SECRET_ACCESS_KEY') &&
        !error.retryable,
    )
    equal(proxy.seen.length, 1)
    await stranger.close()
  })

  it('names its address, and what was tried, when it can not be reached', async () => {
    const unreached = await openStore(proxy.endpoint, { ...LIMITS, deadlineMs: 100 })
    proxy.decide = () => ({ kind: 'status', status: 503, code: 'SlowDown' })
    await rejects(unreached.openBucket(BUCKET), (error: HozonError) => {
      equal(error.code, 'HOZON_STORE_UNAVAILABLE')
      equal(error.target, `${proxy.endpoint}/${BUCKET}`)
      match(error.message, /^503 \w+: .*\(\d+ attempts in \d+ ms\)$/)
      match(error.hint ?? '', /store\.s3\.endpoint/)
      return error.retryable
    })
    await unreached.close()
  })

  it('ends what is running when it closes', async () => {
    const closing = await openStore(proxy.endpoint)
    proxy.decide = () => ({ kind: 'hang' })
    const put = closing.putFile(BUCKET, 'closing', await writeSource(Buffer.from('x')), OPTIONS)
    const refused = rejects(put, { code: 'HOZON_STORE_UNAVAILABLE' })
    await closing.close()
    await refused
  })
})

/** Undefined: nothing is there, or nothing is in it. */
async function sizeOf(path: string): Promise<number | undefined> {
  const { size } = await stat(path).catch(() => ({ size: 0 }))
  return size === 0 ? undefined : size
}

async function openUploads(key: string): Promise<unknown[]> {
  const { endpoint, region, credentials } = minio
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true })
  const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: key }))
  client.destroy()
  return Uploads ?? []
}

function faultName(fault: Fault): string {
  return fault.kind === 'status' ? `${fault.status} ${fault.code}` : fault.kind
}
