/**
 * Promises 1 and 2 on a full disk: nothing acknowledged is lost, `hozon status` says what is wrong, and everything goes
 * on by itself when there is room again. The disk is a small tmpfs, so these tests run as root on Linux.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually, type Up } from '../hozon-process.ts'
import { checkBucket } from './bucket.ts'
import { checkBucketIsCatalog } from './catalog.ts'
import { checkEverything } from './check.ts'
import { SEED, seeded } from './seeded.ts'
import { stopWell, Storm } from './storm.ts'
import { mountSmallDisk, type SmallDisk } from './tmpfs.ts'

/** Room for the buffer's reserve of 64 MiB, and for what a test writes. */
const DATA_DISK_MIB = 192
const STORE_DISK_MIB = 48
const ROUNDS = 3
/** A server that a full disk has brought to a halt answers no more; the test would wait for ever. */
const HANG = { timeout: 180_000 }

const STALLED = /^! lines: the buffer takes nothing since .*(ENOSPC|no space|bytes are free)/m
const WAITING = /^! lines: deliveries wait: .*(ENOSPC|no space|full)/im

function smallDisk(storm: Storm, mebibytes: number): SmallDisk {
  const disk = mountSmallDisk(join(storm.folder, 'disk'), mebibytes)
  storm.atEnd(() => disk.unmount())
  return disk
}

function writeLines(storm: Storm): Promise<void> {
  return storm.write(
    { name: 'fast', linesPerSecond: 3000, rotateMs: 400 },
    { name: 'slow', linesPerSecond: 200, rotateMs: 1700 },
  )
}

async function statusSays(storm: Storm, server: Up, problem: RegExp): Promise<void> {
  await eventually(async () => {
    const status = await storm.run('status')
    assert.equal(status.code, 0, status.stderr + server.output().stderr)
    return problem.test(status.stdout) ? true : undefined
  }, `status says ${problem}`)
}

async function noProblems(storm: Storm): Promise<void> {
  await eventually(async () => {
    const status = await storm.run('status')
    return status.code === 0 && !/^!/m.test(status.stdout) ? true : undefined
  }, 'status without problems')
}

async function checkAll(storm: Storm, server: Up, bucket: string): Promise<void> {
  const written = await storm.written()
  await checkEverything(storm.data, 'lines', written)
  await stopWell(server)
  await checkBucket(bucket, written)
  checkBucketIsCatalog(storm.data, bucket)
}

test(`DIR on a disk that fills up, with kills (HOZON_TEST_SEED=${SEED})`, HANG, async (t) => {
  const storm = new Storm(t, 'full-disk')
  const disk = smallDisk(storm, DATA_DISK_MIB)
  storm.data = join(disk.path, 'data')
  storm.pipeline('store: {path: store}\n')
  const random = seeded(SEED)
  let server = storm.up()
  await server.ready
  await writeLines(storm)
  for (let round = 0; round < ROUNDS; round++) {
    await delay(random() * 1500)
    disk.fill()
    await statusSays(storm, server, STALLED)
    await delay(random() * 1000)
    if (round % 2 === 1) {
      await server.kill()
      disk.clear()
      server = storm.up()
      await server.ready
    }
    disk.clear()
    await noProblems(storm)
  }
  await checkAll(storm, server, join(storm.folder, 'store', 'logs'))
})

test(
  'a start on a full disk: waits, or ends with one clear line; with room everything goes on',
  HANG,
  async (t) => {
    const storm = new Storm(t, 'full-start')
    const disk = smallDisk(storm, DATA_DISK_MIB)
    storm.data = join(disk.path, 'data')
    storm.pipeline('store: {path: store}\n')
    disk.fill()
    // Neither the catalog nor the buffer are there yet; then, in the second round, both are.
    for (const round of ['first start', 'later start']) {
      const full = storm.up()
      const ended = await Promise.race([
        full.exited,
        full.ready.then(() => undefined).catch(() => full.exited),
      ])
      if (ended === undefined) await statusSays(storm, full, STALLED)
      else {
        assert.equal(ended, 1, round)
        const { stderr } = full.output()
        assert.match(stderr, /^hozon: (open|write) .*\/data\/.*(ENOSPC|disk is full).*; /m, round)
        assert.doesNotMatch(stderr, /\n\s+at /, `${round}: no stack`)
      }
      await full.kill()
      disk.clear()
      const server = storm.up()
      await server.ready
      if (round === 'first start') await writeLines(storm)
      await delay(1500)
      if (round === 'later start') await checkAll(storm, server, join(storm.folder, 'store', 'logs'))
      else {
        disk.fill()
        await server.kill()
      }
    }
  },
)

test('a store whose disk fills up during deliveries', HANG, async (t) => {
  const storm = new Storm(t, 'full-store')
  const disk = smallDisk(storm, STORE_DISK_MIB)
  const store = join(disk.path, 'store')
  storm.pipeline(`store: {path: ${store}}\n`)
  let server = storm.up()
  await server.ready
  await writeLines(storm)
  for (let round = 0; round < ROUNDS; round++) {
    await delay(1000)
    disk.fill()
    await statusSays(storm, server, WAITING)
    const counted = await storm.run('sql', 'SELECT count(*) FROM logs.lines')
    assert.equal(counted.code, 0, `queries go on: ${counted.stderr}`)
    if (round === 1) {
      await server.kill()
      server = storm.up()
    }
    disk.clear()
    await server.ready
    await noProblems(storm)
  }
  await checkAll(storm, server, join(store, 'logs'))
})
