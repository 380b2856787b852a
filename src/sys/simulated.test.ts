import assert from 'node:assert/strict'
import { test } from 'node:test'
import { simulatedSys, type SimulatedSys } from './simulated.ts'

const read = async (sys: SimulatedSys, path: string): Promise<string> =>
  String(await sys.files.readFile(path))

async function write(sys: SimulatedSys, path: string, text: string): Promise<void> {
  const file = await sys.files.open(path, 'create')
  await file.write([Buffer.from(text)], 0)
  await file.close()
}

const rejectsWith = (code: string) => (error: unknown) => (error as { code?: string }).code === code

test('names: open modes, rename over, link, unlinked files that stay open', async () => {
  const sys = simulatedSys(1)
  await sys.files.makeDirectory('/a/b')
  await assert.rejects(sys.files.open('/a/x', 'read'), rejectsWith('ENOENT'))
  await assert.rejects(sys.files.open('/a/x', 'update'), rejectsWith('ENOENT'))
  await write(sys, '/a/x', 'one')
  await assert.rejects(sys.files.open('/a/x', 'exclusive'), rejectsWith('EEXIST'))
  await assert.rejects(sys.files.open('/a/x/y', 'read'), rejectsWith('ENOTDIR'))

  const held = await sys.files.open('/a/x', 'read')
  await write(sys, '/a/y', 'two')
  await sys.files.rename('/a/y', '/a/x')
  assert.equal(await read(sys, '/a/x'), 'two')
  assert.equal((await held.stat()).nlink, 0)
  const buffer = Buffer.alloc(10)
  assert.equal(await held.read(buffer, 1), 2)
  assert.equal(String(buffer.subarray(0, 2)), 'ne')

  await sys.files.link('/a/x', '/a/b/z')
  await assert.rejects(sys.files.link('/a/x', '/a/b/z'), rejectsWith('EEXIST'))
  const [one, two] = [await sys.files.stat('/a/x'), await sys.files.stat('/a/b/z')]
  assert.equal(one.ino, two.ino)
  assert.equal(one.nlink, 2)
  await sys.files.remove('/a/x')
  await sys.files.remove('/a/x')
  assert.equal((await sys.files.stat('/a/b/z')).nlink, 1)
  assert.deepEqual(await sys.files.list('/a'), [{ name: 'b', kind: 'directory' }])
  await sys.files.removeTree('/a')
  await assert.rejects(sys.files.list('/a'), rejectsWith('ENOENT'))
})

test('symlinks are followed, seen by lstat, and end in ELOOP', async () => {
  const sys = simulatedSys(2)
  sys.disk.write('/logs/real.log', 'x')
  sys.disk.symlink('real.log', '/logs/current')
  sys.disk.symlink('/logs', '/alias')
  sys.disk.symlink('/loop', '/loop')
  assert.equal(await read(sys, '/alias/current'), 'x')
  assert.equal((await sys.files.lstat('/logs/current')).kind, 'symlink')
  assert.equal((await sys.files.stat('/logs/current')).kind, 'file')
  assert.equal(await sys.files.realpath('/alias/current'), '/logs/real.log')
  await assert.rejects(sys.files.stat('/loop'), rejectsWith('ELOOP'))
})

test('a power cut keeps what was synced, and anything of the rest', async () => {
  const seen = new Set<string>()
  for (let seed = 0; seed < 60; seed++) {
    const sys = simulatedSys(seed)
    await sys.files.makeDirectory('/d')
    await sys.files.syncDirectory('/')
    const file = await sys.files.open('/d/f', 'create')
    await file.write([Buffer.alloc(600, 'a')], 0)
    await file.sync()
    await sys.files.syncDirectory('/d')
    await file.write([Buffer.alloc(1000, 'b')], 600)
    await write(sys, '/d/unsynced', 'x')
    const after = sys.crash({ mode: 'power' })
    const text = await read(after, '/d/f')
    assert.equal(text.slice(0, 600), 'a'.repeat(600), `seed ${seed}`)
    assert.match(text.slice(600), /^[b\0]{0,1000}$/, `seed ${seed}`)
    seen.add(text.length === 600 ? 'lost' : /^a+b{1000}$/.test(text) ? 'kept' : 'torn')
    seen.add(after.disk.exists('/d/unsynced') ? 'name kept' : 'name lost')
    await assert.rejects(file.read(Buffer.alloc(1), 0), rejectsWith('ECRASHED'))
    await assert.rejects(sys.files.stat('/d'), rejectsWith('ECRASHED'))
  }
  assert.deepEqual([...seen].sort(), ['kept', 'lost', 'name kept', 'name lost', 'torn'])
})

test('a killed process loses nothing that was written; a write under way happens in part', async () => {
  const sizes = new Set<number>()
  for (let seed = 0; seed < 20; seed++) {
    const sys = simulatedSys(seed)
    await write(sys, '/f', 'abc')
    const file = await sys.files.open('/f', 'update')
    const writing = file.write([Buffer.from('defg')], 3)
    const after = sys.crash({ mode: 'process' })
    await assert.rejects(writing, rejectsWith('ECRASHED'))
    const text = await read(after, '/f')
    assert.equal(text, 'abcdefg'.slice(0, text.length), `seed ${seed}`)
    sizes.add(text.length)
  }
  assert.ok(sizes.size > 2)
})

test('faults: the N-th operation once or for good, a full disk, denied files, a failed fsync', async () => {
  const sys = simulatedSys(3)
  await write(sys, '/f', 'abc')
  sys.faults.failAt(sys.faults.operations + 2, 'EIO')
  await sys.files.stat('/f')
  await assert.rejects(sys.files.stat('/f'), rejectsWith('EIO'))
  await sys.files.stat('/f')
  sys.faults.failAt(sys.faults.operations + 1, 'EIO', { forever: true })
  for (let i = 0; i < 3; i++) await assert.rejects(sys.files.stat('/f'), rejectsWith('EIO'))
  sys.faults.clear()

  sys.faults.capacityBytes = 10
  const file = await sys.files.open('/f', 'update')
  assert.equal(await sys.files.freeBytes('/'), 7)
  await assert.rejects(file.write([Buffer.from('123456789')], 3), rejectsWith('ENOSPC'))
  assert.equal(await read(sys, '/f'), 'abc1234567')
  sys.faults.clear()

  sys.faults.deny('/f')
  await assert.rejects(sys.files.open('/f', 'read'), rejectsWith('EACCES'))
  sys.faults.allow('/f')

  sys.faults.fail({ code: 'EIO', when: ({ name }) => name === 'sync' })
  await assert.rejects(file.sync(), rejectsWith('EIO'))
  await file.sync()
  await sys.files.syncDirectory('/')
  const lengths = new Set<number>()
  for (let seed = 0; seed < 20; seed++) lengths.add(await lengthAfterFailedSync(seed))
  assert.ok(lengths.has(0), 'a later fsync must not make the lost bytes durable')
})

async function lengthAfterFailedSync(seed: number): Promise<number> {
  const sys = simulatedSys(seed)
  const file = await sys.files.open('/f', 'create')
  await sys.files.syncDirectory('/')
  await file.write([Buffer.from('abc')], 0)
  sys.faults.failAt(sys.faults.operations + 1, 'EIO')
  await assert.rejects(file.sync(), rejectsWith('EIO'))
  await file.sync()
  assert.equal(await read(sys, '/f'), 'abc')
  return (await sys.crash({ mode: 'power' }).files.stat('/f')).size
}

test('the clock stands until it is moved, and wakes sleepers in order', async () => {
  const { clock } = simulatedSys(4)
  const woken: string[] = []
  const start = clock.now()
  const sleepFor = async (ms: number, name: string): Promise<void> => {
    await clock.sleep(ms)
    woken.push(`${name}@${clock.now() - start}`)
  }
  const [late] = [sleepFor(30, 'late'), sleepFor(10, 'early'), sleepFor(10, 'second')]
  await clock.advance(9)
  assert.deepEqual(woken, [])
  await clock.advance(1)
  assert.deepEqual(woken, ['early@10', 'second@10'])
  await clock.runUntil(late)
  assert.deepEqual(woken.at(-1), 'late@30')
  const abort = new AbortController()
  const aborted = clock.sleep(1000, abort.signal)
  abort.abort()
  await aborted
  assert.equal(clock.now() - start, 30)
  await assert.rejects(
    clock.runUntil(() => false),
    /never holds/,
  )
})

test('a watch calls back after a change in its directory, with the name', async () => {
  const sys = simulatedSys(5)
  await sys.files.makeDirectory('/d/e')
  const names: (string | undefined)[] = []
  const watch = sys.files.watch('/d', (name) => names.push(name))
  await write(sys, '/d/f', 'x')
  await write(sys, '/d/e/g', 'x')
  sys.disk.append('/d/f', 'y')
  await sys.files.rename('/d/f', '/d/h')
  await sys.clock.settle()
  assert.deepEqual([...new Set(names.map(String))].sort(), ['f', 'h'])
  const count = names.length
  watch?.close()
  sys.disk.append('/d/h', 'z')
  await sys.clock.settle()
  assert.equal(names.length, count)
})

test('a seed repeats', async () => {
  const run = async (seed: number): Promise<string> => {
    const sys = simulatedSys(seed)
    const trace: string[] = []
    sys.faults.onOperation = ({ name, path }) => trace.push(`${name} ${path}`)
    await Promise.all(['/a', '/b', '/c'].map((path) => write(sys, path, path.repeat(500))))
    const after = sys.crash({ mode: 'power' })
    const left = ['/a', '/b', '/c'].map(
      (path) => after.disk.exists(path) && after.disk.read(path).toString('hex'),
    )
    return JSON.stringify([trace, left, sys.random.float(), sys.random.bytes(4)])
  }
  assert.equal(await run(7), await run(7))
  assert.notEqual(await run(7), await run(8))
})
