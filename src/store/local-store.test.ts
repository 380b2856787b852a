import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import {
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { realSys } from '../sys/real.ts'
import type { Files, Sys } from '../sys/sys.ts'
import { testStoreBehaviour, type StoreUnderTest } from './behaviour.ts'
import { openLocalStore } from './local-store.ts'
import type { PutOptions } from './store.ts'

const PLAIN: PutOptions = { contentType: 'text/plain', metadata: { run: 'r1' } }

const openUnderTest = async (): Promise<StoreUnderTest> => {
  const directory = await mkdtemp(join(tmpdir(), 'hozon-store-'))
  const store = await openLocalStore(realSys, join(directory, 'store'))
  const close = async (): Promise<void> => {
    await store.close()
    await rm(directory, { recursive: true })
  }
  return { store, sys: realSys, scratch: directory, close }
}

testStoreBehaviour('local store', openUnderTest, { anyKey: true })

describe('local store, its own', () => {
  let directory: string
  let root: string
  let source: string

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hozon-store-'))
    root = join(directory, 'store')
    source = join(directory, 'source')
    await writeFile(source, 'hello')
  })
  afterEach(() => rm(directory, { recursive: true }))

  const openWithBucket = async (sys: Sys = realSys) => {
    const store = await openLocalStore(sys, root)
    await store.openBucket('logs')
    return store
  }

  it('lets no key leave its bucket', async () => {
    const store = await openWithBucket()
    const keys = ['../x', 'a/../../x', '/etc/x', '..', '.', 'a\0b', `${'../'.repeat(20)}tmp/x`]
    for (const key of keys) {
      await writeFile(source, key)
      equal(await store.putFile('logs', key, source, PLAIN), 'created', key)
      ok((await store.localPath('logs', key)).startsWith(join(root, 'logs/')), key)
    }
    deepEqual(await readdir(directory), ['store'])
    deepEqual((await readdir(root)).sort(), ['.incoming', '.metadata', 'logs'])
    deepEqual((await keysOf(store.list('logs', ''))).sort(), keys.sort())
  })

  it('keeps ordinary keys at their own path, and others beside where they would be', async () => {
    const store = await openWithBucket()
    for (const key of ['a.b/c d/ü.parquet', 'logs//a', 'logs/', '/x', 'a.b', 'a.b/c d']) {
      await writeFile(source, key)
      await store.putFile('logs', key, source, PLAIN)
    }
    const paths = await readdir(join(root, 'logs'), { recursive: true })
    deepEqual(paths.sort(), [
      '.hozon-k-%2Fx',
      '.hozon-k-a.b',
      'a.b',
      'a.b/.hozon-k-c%20d',
      'a.b/c d',
      'a.b/c d/ü.parquet',
      'logs',
      'logs/.hozon-k-',
      'logs/.hozon-k-%2Fa',
    ])
    equal(await readFile(await store.localPath('logs', 'a.b'), 'utf8'), 'a.b')
  })

  it('reads names that look encoded and are not as no objects', async () => {
    const store = await openWithBucket()
    for (const name of ['.hozon-k-a%2Fb', '.hozon-k-%2fa', '.hozon-k-%FF', '.hozon-writable', '.hozon-z-a'])
      await writeFile(join(root, 'logs', name), 'x')
    await mkdir(join(root, 'logs', '.hozon-k-%2Fb'))
    deepEqual(await keysOf(store.list('logs', '')), [])
  })

  it('finds descriptions where earlier versions wrote them', async () => {
    const store = await openWithBucket()
    await store.putFile('logs', 'x.json/a', source, PLAIN)
    const folder = join(root, '.metadata/logs')
    await rename(join(folder, 'x.json~'), join(folder, 'x.json'))
    deepEqual((await store.head('logs', 'x.json/a'))?.metadata, { run: 'r1' })
  })

  it('follows no symlink, neither writing nor reading', async () => {
    const store = await openWithBucket()
    const outside = join(directory, 'outside')
    await mkdir(outside)
    await writeFile(join(outside, 'secret'), 'secret')
    await symlink(outside, join(root, 'logs', 'link'))
    await symlink(join(outside, 'secret'), join(root, 'logs', 'file'))
    for (const key of ['link/a', 'link/deep/er/a', 'file'])
      await rejects(store.putFile('logs', key, source, PLAIN), { code: 'HOZON_STORE_KEY' }, key)
    await rejects(store.getFile('logs', 'link/secret', join(directory, 'copy')), { code: 'HOZON_STORE_KEY' })
    await rejects(store.getFile('logs', 'file', join(directory, 'copy')), { code: 'HOZON_STORE_NOT_FOUND' })
    await rejects(store.remove('logs', 'link/secret'), { code: 'HOZON_STORE_KEY' })
    deepEqual(await readdir(outside), ['secret'])
    deepEqual(await keysOf(store.list('logs', '')), [])
    deepEqual(await keysOf(store.list('logs', 'link/')), [])
  })

  it('puts the file that a symlink names', async () => {
    const store = await openWithBucket()
    await symlink(source, join(directory, 'link'))
    equal(await store.putFile('logs', 'a', join(directory, 'link'), PLAIN), 'created')
    ok((await lstat(await store.localPath('logs', 'a'))).isFile())
  })

  it('moves an object aside whose name is the folder of another, whoever comes first and all at once', async () => {
    const store = await openWithBucket()
    const keys = ['a', 'a/b', 'a/b/c', 'a/b/c/d', 'a.json', 'a.json/b']
    const puts = keys.map(async (key, index) => {
      const path = join(directory, `source-${index}`)
      await writeFile(path, key)
      equal(await store.putFile('logs', key, path, { ...PLAIN, metadata: { key } }), 'created')
    })
    await Promise.all(puts)
    deepEqual(await keysOf(store.list('logs', '')), ['a', 'a.json', 'a.json/b', 'a/b', 'a/b/c', 'a/b/c/d'])
    for (const key of keys) {
      equal(await readFile(await store.localPath('logs', key), 'utf8'), key)
      deepEqual((await store.head('logs', key))?.metadata, { key })
    }
  })

  for (const code of ['EXDEV', 'EPERM'])
    it(`puts where hard links fail with ${code}`, async () => {
      const store = await openWithBucket(
        withFiles((files) => ({
          link: (from, to) =>
            code === 'EXDEV' && from.includes('.incoming')
              ? files.link(from, to)
              : Promise.reject(systemError(code)),
        })),
      )
      equal(await store.putFile('logs', 'x/a', source, PLAIN), 'created')
      await rejects(lstat(source), { code: 'ENOENT' })
      await writeFile(source, 'other')
      equal(await store.putFile('logs', 'x/a', source, PLAIN), 'exists')
      equal(await readFile(join(root, 'logs/x/a'), 'utf8'), 'hello')
      deepEqual((await store.head('logs', 'x/a'))?.metadata, { run: 'r1' })
      deepEqual(await readdir(join(root, '.incoming')), [])
    })

  it('says so when somebody else takes the name in the last moment', async () => {
    const store = await openWithBucket(
      withFiles((files) => ({
        async link(from, to) {
          await writeFile(to, 'theirs')
          await files.link(from, to)
        },
      })),
    )
    equal(await store.putFile('logs', 'a', source, PLAIN), 'exists')
    equal(await readFile(join(root, 'logs/a'), 'utf8'), 'theirs')
    equal(await readFile(source, 'utf8'), 'hello')
  })

  it('sweeps what a crash left half-written', async () => {
    await openWithBucket()
    await writeFile(join(root, '.incoming', 'left-over'), 'x')
    await openWithBucket()
    deepEqual(await readdir(join(root, '.incoming')), [])
  })

  it('has content, description and every folder on disk in this order before it answers', async () => {
    const steps: string[] = []
    const name = (path: string): string => path.replace(root, '').replace(/[0-9a-f]{32}/, '#')
    const store = await openWithBucket(
      withFiles((files) => ({
        link: (from, to) => (steps.push(`link ${name(to)}`), files.link(from, to)),
        rename: (from, to) => (steps.push(`rename ${name(to)}`), files.rename(from, to)),
        syncDirectory: (path) => (steps.push(`sync folder ${name(path)}`), files.syncDirectory(path)),
        async open(path, mode) {
          const file = await files.open(path, mode)
          return {
            ...file,
            sync: () => (steps.push(`sync ${path === source ? 'source' : name(path)}`), file.sync()),
          }
        },
      })),
    )
    steps.length = 0
    await store.putFile('logs', 'a/b/c', source, PLAIN)
    deepEqual(steps, [
      'sync folder ',
      'sync folder /logs/a',
      'sync folder /logs',
      'sync folder ',
      'sync folder /.metadata/logs/a',
      'sync folder /.metadata/logs',
      'sync folder /.metadata',
      'sync folder ',
      'sync source',
      'sync /.incoming/#.json',
      'rename /.metadata/logs/a/b/c.json',
      'sync folder /.metadata/logs/a/b',
      'sync folder /.incoming',
      'link /logs/a/b/c',
      'sync folder /logs/a/b',
    ])
  })

  it('ends with the whole object once, whichever of its steps failed the first time', async () => {
    for (let failing = 1; ; failing++) {
      let step = 0
      let failed = false
      const count = (): void => {
        step++
        if (step !== failing) return
        failed = true
        throw systemError('EIO')
      }
      const key = `step/${failing}/a`
      await (await openWithBucket()).close()
      await writeFile(source, `content ${failing}`)
      const sick = await openLocalStore(failingFiles(count), root).catch(() => undefined)
      await sick
        ?.putFile('logs', key, source, PLAIN)
        .catch((error: { code?: string; retryable?: boolean }) => {
          deepEqual([error.code, error.retryable], ['HOZON_STORE_UNAVAILABLE', true], `step ${failing}`)
        })
      const after = await openLocalStore(realSys, root)
      const again = await after.putFile('logs', key, source, PLAIN)
      ok(failed || again === 'exists', 'without a fault the first put has made it')
      equal(await readFile(join(root, 'logs', key), 'utf8'), `content ${failing}`)
      deepEqual((await after.head('logs', key))?.metadata, { run: 'r1' })
      if (!failed) break
    }
  })

  it('names a full disk and a forbidden folder', async () => {
    for (const [code, expected, retryable] of [
      ['ENOSPC', 'HOZON_STORE_FULL', true],
      ['EACCES', 'HOZON_STORE_DENIED', false],
      ['EMFILE', 'HOZON_STORE_UNAVAILABLE', true],
    ] as const) {
      const store = await openWithBucket(
        withFiles(() => ({ rename: () => Promise.reject(systemError(code)) })),
      )
      await rejects(store.putFile('logs', 'a', source, PLAIN), { code: expected, retryable })
      equal(await store.head('logs', 'a'), undefined)
    }
  })

  it('tells the content by its etag: a copied store keeps it, a changed file does not', async () => {
    const store = await openWithBucket()
    await store.putFile('logs', 'a', source, PLAIN)
    const etag = (await store.head('logs', 'a'))?.etag
    await utimes(join(root, 'logs/a'), 1, 1)
    equal((await store.head('logs', 'a'))?.etag, etag)
    await writeFile(join(root, 'logs/a'), 'hellO')
    ok((await store.head('logs', 'a'))?.etag !== etag)
    await writeFile(join(root, 'logs/by-hand'), 'hello')
    const byHand = await store.head('logs', 'by-hand')
    deepEqual([byHand?.etag, byHand?.contentType, byHand?.metadata], [etag, undefined, {}])
  })

  it('puts again after somebody removed the folders', async () => {
    const store = await openWithBucket()
    await store.putFile('logs', 'a/b', source, PLAIN)
    await rm(join(root, 'logs/a'), { recursive: true })
    await writeFile(source, 'again')
    await store.putFile('logs', 'a/b', source, PLAIN).catch(() => store.putFile('logs', 'a/b', source, PLAIN))
    equal(await readFile(join(root, 'logs/a/b'), 'utf8'), 'again')
  })
})

async function keysOf(objects: AsyncIterable<{ key: string }>): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of objects) keys.push(key)
  return keys
}

function withFiles(change: (files: Files) => Partial<Files>): Sys {
  return { ...realSys, files: { ...realSys.files, ...change(realSys.files) } }
}

/** `count` is called before every operation that changes something, and may throw. */
function failingFiles(count: () => void): Sys {
  const changing = ['makeDirectory', 'rename', 'link', 'remove', 'syncDirectory'] as const
  const guarded = (files: Files, name: (typeof changing)[number]) => async (a: string, b?: string) => {
    count()
    await (files[name] as (a: string, b?: string) => Promise<void>)(a, b)
  }
  return withFiles((files) => ({
    ...Object.fromEntries(changing.map((name) => [name, guarded(files, name)])),
    async open(path, mode) {
      count()
      const file = await files.open(path, mode)
      const write: typeof file.write = async (chunks, position) => (count(), file.write(chunks, position))
      return { ...file, write, sync: async () => (count(), file.sync()) }
    },
  }))
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code })
}
