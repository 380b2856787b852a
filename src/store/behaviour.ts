/** What every store must do. Run by local-store.test.ts and, against a real server, by test/store/s3-store.test.ts. */
import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { assert as property, asyncProperty, array, constantFrom, integer, uniqueArray } from 'fast-check'
import type { Sys } from '../sys/sys.ts'
import type { PutOptions, Store } from './store.ts'

export interface StoreUnderTest {
  store: Store
  sys: Sys
  /** For source files and copies: empty, on any file system. */
  scratch: string
  close(): Promise<void>
}

const PLAIN: PutOptions = { contentType: 'text/plain', metadata: {} }
const SEED = 20_261_123

/** Keys that differ between folder order and key order, and characters that URLs, shells and XML treat specially. */
const ODD_KEYS = [
  'dt=2026-11-23/hour=01/a.parquet',
  'dt=2026-11-23/hour=01-x',
  'dt=2026-11-23/hour=01.x',
  'dt=2026-11-23/hour=010/a',
  'with space/and+plus%25/q?x=1&y#z',
  'quote\'"<>!*(){}[]|~^`',
  'ümlaut/日本語/🙂.json',
  'ﬀ-after-emoji-in-utf16',
  'UPPER/lower',
  '.hidden/..dots',
]

/** What S3 takes and a folder can not hold as it is, and what would lead out of it. Both `a` and `a/b` are there at once. */
const ODDEST_KEYS = [
  '../x',
  '../../../etc/x',
  '/etc/x',
  '/',
  '//',
  'a//b',
  'a/',
  'a//',
  '.',
  '..',
  './a',
  'a/./b',
  'a/../b',
  'a\\b',
  '%2e%2e/x',
  'both',
  'both/b',
  'both/b/c',
  'both-c',
  'both.json',
  'both.json/x',
  'both.json~/x',
  '.hozon-x',
  '.hozon-k-a',
  '.hozon-k-%2e',
  `${'s'.repeat(250)}`,
  `${'s'.repeat(251)}`,
  `${'s'.repeat(250)}/t`,
  `${'s'.repeat(251)}/t`,
  `${'s'.repeat(250)}u`,
  `${'ü'.repeat(400)}/${'v'.repeat(200)}`,
  'w/'.repeat(40),
  '\\'.repeat(1000),
  '/'.repeat(1000),
]

export interface BehaviourOptions {
  /** The store takes every key that S3 allows. */
  anyKey?: boolean
}

export function testStoreBehaviour(
  name: string,
  open: () => Promise<StoreUnderTest>,
  { anyKey = false }: BehaviourOptions = {},
): void {
  describe(name, () => {
    let under: StoreUnderTest
    let count = 0
    before(async () => {
      under = await open()
      await under.store.openBucket('behaviour')
    })
    after(() => under.close())

    const bucket = 'behaviour'
    const writeSource = async (content: Buffer | string): Promise<string> => {
      const path = join(under.scratch, `source-${count++}`)
      const file = await under.sys.files.open(path, 'exclusive')
      await file.write([Buffer.from(content)], 0)
      await file.close()
      return path
    }
    const put = async (
      key: string,
      content: Buffer | string,
      options = PLAIN,
    ): Promise<'created' | 'exists'> => under.store.putFile(bucket, key, await writeSource(content), options)
    const read = async (key: string): Promise<Buffer> => {
      const path = join(under.scratch, `copy-${count++}`)
      await under.store.getFile(bucket, key, path)
      return under.sys.files.readFile(path)
    }
    const listed = async (prefix: string): Promise<string[]> => {
      const keys: string[] = []
      for await (const { key } of under.store.list(bucket, prefix)) keys.push(key)
      return keys
    }

    it('names its buckets', async () => {
      await under.store.openBucket('behaviour-2')
      const buckets = await under.store.buckets()
      ok(buckets.includes('behaviour') && buckets.includes('behaviour-2'), buckets.join())
      ok(buckets.every((name) => !name.startsWith('.')))
    })

    it('gives back what was put, with all that was said about it', async () => {
      const metadata = { 'hozon-run': 'r1', path: '/var/log/ünï/日本語.log', empty: '' }
      const options = { contentType: 'application/json', contentEncoding: 'gzip', metadata }
      equal(await put('whole/a', 'hello', options), 'created')
      const head = await under.store.head(bucket, 'whole/a')
      ok(head !== undefined)
      const { etag, lastModifiedMs, ...rest } = head
      deepEqual(rest, { key: 'whole/a', bytes: 5, ...options })
      ok(/^[^"]+$/.test(etag) && lastModifiedMs > Date.UTC(2020))
      equal((await read('whole/a')).toString(), 'hello')
    })

    it('keeps the first of two objects under one key', async () => {
      equal(await put('once', 'first', { contentType: 'a/b', metadata: { n: '1' } }), 'created')
      const before = await under.store.head(bucket, 'once')
      equal(await put('once', 'second!', { contentType: 'c/d', metadata: { n: '2' } }), 'exists')
      deepEqual(await under.store.head(bucket, 'once'), before)
      equal((await read('once')).toString(), 'first')
    })

    it('lets exactly one of many writers win', async () => {
      const contents = Array.from({ length: 8 }, (_, index) => `writer ${index} `.repeat(index + 1))
      const sources = await Promise.all(contents.map(writeSource))
      const outcomes = await Promise.all(
        sources.map((path) => under.store.putFile(bucket, 'raced/key', path, PLAIN)),
      )
      equal(outcomes.filter((outcome) => outcome === 'created').length, 1)
      equal((await read('raced/key')).toString(), contents[outcomes.indexOf('created')])
    })

    it('holds empty and large objects', async () => {
      const large = Buffer.alloc(3 * 1024 * 1024 + 17, 'abcdefg')
      equal(await put('sizes/empty', ''), 'created')
      equal(await put('sizes/large', large), 'created')
      equal((await read('sizes/empty')).length, 0)
      ok(large.equals(await read('sizes/large')))
      equal((await under.store.head(bucket, 'sizes/large'))?.bytes, large.length)
    })

    it('takes any reasonable key, and lists in the order of its bytes', async () => {
      for (const key of ODD_KEYS) equal(await put(`odd/${key}`, key), 'created', key)
      for (const key of ODD_KEYS) equal((await read(`odd/${key}`)).toString(), key)
      deepEqual(await listed('odd/'), inKeyOrder(ODD_KEYS.map((key) => `odd/${key}`)))
      deepEqual(await listed('odd/dt=2026-11-23/hour=01'), [
        'odd/dt=2026-11-23/hour=01-x',
        'odd/dt=2026-11-23/hour=01.x',
        'odd/dt=2026-11-23/hour=01/a.parquet',
        'odd/dt=2026-11-23/hour=010/a',
      ])
      deepEqual(await listed('odd/dt=2026-11-23/hour=01/'), ['odd/dt=2026-11-23/hour=01/a.parquet'])
      deepEqual(await listed('odd/none'), [])
      deepEqual(await listed('none/at/all'), [])
    })

    if (anyKey)
      it('takes every key that S3 allows, in any order, and gives each back', async () => {
        for (const keys of [ODDEST_KEYS, ODDEST_KEYS.toReversed()]) {
          for (const key of keys) equal(await put(key, key), 'created', key)
          for (const key of keys) equal(await put(key, 'other'), 'exists', key)
          for (const key of keys) equal((await read(key)).toString(), key)
          const all = await listed('')
          deepEqual(
            all.filter((key) => ODDEST_KEYS.includes(key)),
            inKeyOrder(ODDEST_KEYS),
          )
          deepEqual(all, inKeyOrder([...new Set(all)]))
          for (const prefix of ['..', '/', 'a/', 'both', 'both/', '.hozon-', 's', 'w/w/w/', '//', 'a/.'])
            deepEqual(
              await listed(prefix),
              all.filter((key) => key.startsWith(prefix)),
              prefix,
            )
          for (const key of keys) await under.store.remove(bucket, key)
          for (const key of keys) equal(await under.store.head(bucket, key), undefined, key)
        }
      })

    it('lists what a sorted set of its keys would (property)', async () => {
      let round = 0
      const segment = array(constantFrom('a', 'b', '-', '=', 'a.', '0', 'é', '～'), {
        minLength: 1,
        maxLength: 2,
      })
      const names = uniqueArray(
        array(
          segment.map((parts) => parts.join('')),
          { minLength: 1, maxLength: 3 },
        ),
        { maxLength: 6, selector: (path) => path.join('/') },
      )
      await property(
        asyncProperty(names, integer({ min: 0, max: 5 }), async (paths, cut) => {
          const base = `property/${round++}/`
          const keys = withoutClashes(paths.map((path) => path.join('/'))).map((key) => base + key)
          for (const key of keys) equal(await put(key, 'x'), 'created')
          const prefix = (keys[0] ?? base).slice(0, base.length + cut)
          deepEqual(await listed(prefix), inKeyOrder(keys.filter((key) => key.startsWith(prefix))))
        }),
        { seed: SEED, numRuns: 12 },
      )
    })

    it('forgets what was removed, and takes the key again', async () => {
      equal(await put('removed', 'one', { contentType: 'a/b', metadata: { n: '1' } }), 'created')
      await under.store.remove(bucket, 'removed')
      await under.store.remove(bucket, 'removed')
      equal(await under.store.head(bucket, 'removed'), undefined)
      deepEqual(await listed('removed'), [])
      equal(await put('removed', 'two'), 'created')
      equal((await read('removed')).toString(), 'two')
      deepEqual((await under.store.head(bucket, 'removed'))?.metadata, {})
    })

    it('says what is missing', async () => {
      const copy = join(under.scratch, 'missing-copy')
      equal(await under.store.head(bucket, 'missing'), undefined)
      await rejects(under.store.getFile(bucket, 'missing', copy), { code: 'HOZON_STORE_NOT_FOUND' })
      const noBucket = { code: 'HOZON_STORE_NO_BUCKET', retryable: false }
      await rejects(under.store.putFile('no-such-bucket', 'a', await writeSource('x'), PLAIN), noBucket)
      await rejects(under.store.getFile('no-such-bucket', 'a', copy), noBucket)
      await rejects(async () => {
        for await (const _ of under.store.list('no-such-bucket', '')) return
      }, noBucket)
      await rejects(
        put('gone', 'x').then(() =>
          under.store.putFile(bucket, 'new', join(under.scratch, 'nothing'), PLAIN),
        ),
        {
          code: 'HOZON_STORE_SOURCE',
        },
      )
    })

    it('writes no file that nobody waits for any more', async () => {
      await put('left', 'x')
      const copy = join(under.scratch, 'left-copy')
      const gone = AbortSignal.abort(new Error('nobody waits'))
      await rejects(under.store.getFile(bucket, 'left', copy, gone), /nobody waits/)
      await rejects(under.sys.files.stat(copy), { code: 'ENOENT' })
    })

    it('refuses names that no store can hold', async () => {
      const source = await writeSource('x')
      for (const key of ['', 'x'.repeat(1025), 'half \ud83d of an emoji'])
        await rejects(under.store.putFile(bucket, key, source, PLAIN), { code: 'HOZON_STORE_KEY' })
      for (const name of ['', 'UPPER', '../up', 'a', 'a..b', '.metadata', 'x'.repeat(64)])
        await rejects(under.store.openBucket(name), { code: 'HOZON_STORE_KEY' })
    })

    it('opens a bucket as often as one likes', async () => {
      await under.store.openBucket(bucket)
      await under.store.openBucket('another-bucket')
      const keys: string[] = []
      for await (const { key } of under.store.list('another-bucket', '')) keys.push(key)
      deepEqual(keys, [])
    })
  })
}

export function inKeyOrder(keys: readonly string[]): string[] {
  return keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

/** No key is the folder of another: S3 could hold both, a folder cannot. */
function withoutClashes(keys: readonly string[]): string[] {
  return keys.filter((key) => !keys.some((other) => other.startsWith(`${key}/`)))
}
