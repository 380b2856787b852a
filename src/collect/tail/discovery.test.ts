import { deepEqual, equal } from 'node:assert/strict'
import { appendFile, chmod, mkdir, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { test } from 'node:test'
import { realSys } from '../../sys/real.ts'
import type { Files } from '../../sys/sys.ts'
import { withTail } from './testing/tail-bench.ts'

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

test('globs: **, braces over segments, directories that come later', () =>
  withTail({ paths: ['{a,b/c}/**/*.log', 'one/x-[0-9].txt'] }, async ({ path, buffer, start }) => {
    await put(path('a/1.log'), '1\n')
    await put(path('a/d/e/2.log'), '2\n')
    await put(path('b/c/3.log'), '3\n')
    await put(path('b/4.log'), 'not 4\n')
    await put(path('one/x-5.txt'), '5\n')
    await put(path('one/x-a.txt'), 'not a\n')
    await start()
    await buffer.until(() => buffer.lines().length === 4)
    await put(path('a/later/deep/6.log'), '6\n')
    await put(path('b/c/n/7.log'), '7\n')
    await buffer.until(() => buffer.lines().length === 6)
    deepEqual(buffer.lines().toSorted(), ['1', '2', '3', '5', '6', '7'])
  }))

test('a directory of which nothing is there at first', () =>
  withTail({ paths: ['x/y/a.log'] }, async ({ path, buffer, start }) => {
    await start()
    await put(path('x/y/a.log'), 'one\n')
    await buffer.until(() => buffer.lines().length === 1)
    await rm(path('x'), { recursive: true })
    await put(path('x/y/a.log'), 'two\n')
    await buffer.until(() => buffer.lines().length === 2)
  }))

test('as Kubernetes links: the target is followed, rotated where it lies, once under two names', () =>
  withTail({ paths: ['containers/*.log'] }, async ({ path, buffer, start, restart }) => {
    await put(path('pods/p/0.log'), '1\n')
    await mkdir(path('containers'))
    await symlink(path('pods/p/0.log'), path('containers/x.log'))
    await symlink(path('pods/p/0.log'), path('containers/y.log'))
    await start()
    await buffer.until(() => buffer.lines().length === 1)
    await appendFile(path('pods/p/0.log'), '2\n')
    await rename(path('pods/p/0.log'), path('pods/p/0.log.20260101-000000'))
    await put(path('pods/p/0.log'), '3\n')
    await buffer.until(() => buffer.lines().length === 3)
    await restart()
    await put(path('pods/p/1.log'), '4\n')
    await unlink(path('containers/x.log'))
    await symlink(path('pods/p/1.log'), path('containers/x.log'))
    await buffer.until(() => buffer.lines().length === 4)
    deepEqual(buffer.lines().toSorted(), ['1', '2', '3', '4'])
  }))

test('renamed before it could be opened: found by its new name; older rotations and other files are not', () =>
  withTail({ paths: ['a.log'], limits: { gatherMs: 30 } }, async ({ path, buffer, start, restart }) => {
    await writeFile(path('a.log'), '0\n')
    await writeFile(path('a.log.old'), 'before\n')
    await writeFile(path('a.log.lock'), 'no\n')
    await start()
    for (let turn = 1; turn <= 30; turn += 1) {
      await rename(path('a.log'), path(`a.log.${turn}`))
      await writeFile(path('a.log'), `${turn}\n`)
      await writeFile(path('a.log.tmp'), 'no\n')
    }
    await buffer.until(() => buffer.lines().length === 31)
    await restart()
    await appendFile(path('a.log'), 'last\n')
    await buffer.until(() => buffer.lines().includes('last'))
    equal(buffer.lines().length, 32)
    equal(new Set(buffer.lines()).size, 32)
  }))

/** Root may read everything: permission is refused in front of the disk. */
function refusing(): { files: Files; refuse: Set<string> } {
  const refuse = new Set<string>()
  const check = (path: string) => {
    if (refuse.has(path)) throw Object.assign(new Error('EACCES'), { code: 'EACCES' })
  }
  const real = realSys.files
  return {
    refuse,
    files: {
      ...realSys.files,
      open: async (path, mode) => (check(path), real.open(path, mode)),
      list: async (path) => (check(path), real.list(path)),
    },
  }
}

test('52: no permission, for the file or its directory: told, and read when it is given', async () => {
  const { files, refuse } = refusing()
  await withTail({ sys: { ...realSys, files } }, async (bench) => {
    const { path, buffer, start, until } = bench
    const states = () => bench.source.status().map(({ state }) => state)
    await writeFile(path('a.log'), 'one\n')
    refuse.add(path('a.log'))
    await start()
    deepEqual(states(), ['denied'])
    refuse.clear()
    await buffer.until(() => buffer.lines().length === 1)
    await until(() => states().join() === 'following')
    refuse.add(bench.directory)
    await writeFile(path('b.log'), 'two\n')
    await until(() => states().includes('denied'))
    refuse.clear()
    await buffer.until(() => buffer.lines().length === 2)
    await chmod(path('b.log'), 0o600)
    deepEqual(buffer.lines(), ['one', 'two'])
  })
})

test('45: without watches everything is found by polling', () => {
  const sys = { ...realSys, files: { ...realSys.files, watch: () => undefined } }
  return withTail({ sys }, async ({ path, buffer, start }) => {
    await writeFile(path('a.log'), 'one\n')
    await start()
    await appendFile(path('a.log'), 'two\n')
    await writeFile(path('b.log'), 'three\n')
    await buffer.until(() => buffer.lines().length === 3)
    await rename(path('a.log'), path('a.log.1'))
    await writeFile(path('a.log'), 'four\n')
    await buffer.until(() => buffer.lines().length === 4)
  })
})

test('45: many files, few open at a time', () =>
  withTail({ limits: { openFilesMax: 20 } }, async ({ path, buffer, start }) => {
    for (let file = 0; file < 200; file += 1) await writeFile(path(`${file}.log`), `${file} a\n`)
    await start()
    await buffer.until(() => buffer.lines().length === 200)
    for (let file = 0; file < 200; file += 1) await appendFile(path(`${file}.log`), `${file} b\n`)
    await buffer.until(() => buffer.lines().length === 400)
    equal(new Set(buffer.lines()).size, 400)
    equal(buffer.bytesOf.size, 200)
  }))

test('40: saved state wins over from: end; a name that was followed is read wholly after a rotation while stopped', () =>
  withTail({ from: 'end' }, async ({ path, buffer, start, stop }) => {
    await writeFile(path('a.log'), 'skipped\n')
    await start()
    await appendFile(path('a.log'), '1\n')
    await buffer.until(() => buffer.lines().length === 1)
    await stop()
    await appendFile(path('a.log'), '2\n')
    await rename(path('a.log'), path('a.log.1'))
    await writeFile(path('a.log'), '3\n')
    await start()
    await buffer.until(() => buffer.lines().length === 3)
    deepEqual(buffer.lines().toSorted(), ['1', '2', '3'])
  }))

test('what is held by the buffer: files wait, nothing grows, all comes', () =>
  withTail({ limits: { fileOutstandingBytesMax: 10_000, outstandingBytesMax: 50_000 } }, async (bench) => {
    const { path, buffer, start } = bench
    const text = `${'x'.repeat(99)}\n`.repeat(5000)
    await writeFile(path('a.log'), text)
    await writeFile(path('b.log'), 'small\n')
    buffer.hold()
    await start()
    buffer.release()
    await buffer.until(() => buffer.lines().length === 5001)
  }))
