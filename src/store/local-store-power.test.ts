/** A power cut or a kill at every single step of a put, on the simulated disk. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { it } from 'node:test'
import { simulatedSys, type SimulatedSys } from '../sys/simulated.ts'
import type { Description } from './local-metadata.ts'
import { openLocalStore } from './local-store.ts'

const SEEDS = [1, 2, 3]
const CONTENT = 'line\n'.repeat(300)
const OPTIONS = { contentType: 'text/plain', metadata: { run: 'r1' } }

for (const mode of ['power', 'process'] as const)
  it(`${mode} cut at any step: the object is whole with its metadata, or not there; what was answered stays`, async () => {
    for (const seed of SEEDS) {
      let step = 1
      while (await putAndCut(seed, step, mode)) step++
      ok(step > 20, `${step} steps`)
    }
  })

/** False when the put had ended before the step came. */
async function putAndCut(seed: number, step: number, mode: 'power' | 'process'): Promise<boolean> {
  const where = `seed ${seed}, step ${step}`
  const sys = simulatedSys(seed)
  await sys.files.makeDirectory('/scratch')
  await writeSource(sys)
  await sys.files.syncDirectory('/')
  await sys.files.syncDirectory('/scratch')
  const store = await openLocalStore(sys, '/data/store')
  await store.openBucket('logs')

  const last = sys.faults.operations + step
  let next: SimulatedSys | undefined
  sys.faults.onOperation = ({ number }) => {
    if (number === last) next ??= sys.crash({ mode })
  }
  const outcome = await store.putFile('logs', 'a/b', '/scratch/source', OPTIONS).catch(() => 'cut')
  sys.faults.onOperation = () => {}
  const wasCut = next !== undefined
  const after = next ?? sys.crash({ mode })

  const reopened = await openLocalStore(after, '/data/store')
  await reopened.openBucket('logs')
  const head = await reopened.head('logs', 'a/b')
  if (outcome !== 'cut') ok(head !== undefined, `${where}: ${outcome} was answered`)
  if (head === undefined)
    equal(await reopened.putFile('logs', 'a/b', '/scratch/source', OPTIONS), 'created', where)
  equal((await after.files.readFile('/data/store/logs/a/b')).toString(), CONTENT, where)
  deepEqual((await reopened.head('logs', 'a/b'))?.metadata, OPTIONS.metadata, where)
  return wasCut
}

async function writeSource(sys: SimulatedSys): Promise<void> {
  const file = await sys.files.open('/scratch/source', 'exclusive')
  await file.write([Buffer.from(CONTENT)], 0)
  await file.sync()
  await file.close()
}

const OLD = { metadata: { version: 'old' }, etag: 'old-md5', tags: { a: 'b' } }
const NEW = { metadata: { version: 'new' }, etag: 'new-md5' }

/** Of one length, and made while the clock stands still: nothing but the bytes tells them apart. */
for (const mode of ['power', 'process'] as const)
  it(`${mode} cut at any step of an overwrite: whole old or whole new, with its own description`, async () => {
    for (const seed of SEEDS) {
      const seen = new Set<string>()
      let step = 1
      while (await overwriteAndCut(seed, step, mode, seen)) step++
      deepEqual([...seen].sort(), ['new', 'old'], `seed ${seed}, ${step} steps`)
    }
  })

async function overwriteAndCut(
  seed: number,
  step: number,
  mode: 'power' | 'process',
  seen: Set<string>,
): Promise<boolean> {
  const where = `seed ${seed}, step ${step}`
  const sys = simulatedSys(seed)
  const store = await openLocalStore(sys, '/data/store')
  await store.openBucket('logs')
  const put = async (text: string, description: Description): Promise<unknown> =>
    store.served.put(
      { bucket: 'logs', key: 'a/b' },
      await store.served.receive(chunksOf(text)),
      description,
      () => {},
    )
  await put('old content', OLD)

  const last = sys.faults.operations + step
  let next: SimulatedSys | undefined
  sys.faults.onOperation = ({ number }) => {
    if (number === last) next ??= sys.crash({ mode })
  }
  const outcome = await put('new content', NEW).catch(() => 'cut')
  sys.faults.onOperation = () => {}
  const after = next ?? sys.crash({ mode })

  const { served } = await openLocalStore(after, '/data/store')
  const head = await served.head('logs', 'a/b')
  ok(head !== undefined, where)
  const { metadata, etag, tags } = head
  const text = (await after.files.readFile('/data/store/logs/a/b')).toString()
  const version = text === 'new content' ? 'new' : 'old'
  if (outcome !== 'cut') equal(version, 'new', where)
  deepEqual(
    { text, metadata, etag, ...(tags === undefined ? {} : { tags }) },
    version === 'new' ? { text: 'new content', ...NEW } : { text: 'old content', ...OLD },
    where,
  )
  seen.add(version)
  return next !== undefined
}

async function* chunksOf(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text)
}
