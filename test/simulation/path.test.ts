/**
 * The whole path under a seeded storm of crashes, power cuts, failing I/O and a full disk: afterwards every line is in
 * the bucket exactly once. A failure names the seed: HOZON_TEST_SEED=… HOZON_TEST_RUNS=1 npm run test:simulation
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/sys/seeded-random.ts'
import { World } from './world.ts'

const FIRST = Number(process.env['HOZON_TEST_SEED'] ?? 1)
const RUNS = Number(process.env['HOZON_TEST_RUNS'] ?? 60)
const STEPS = 60

for (let seed = FIRST; seed < FIRST + RUNS; seed++) {
  test(`seed ${seed}`, () => storm(seed))
}

async function storm(seed: number): Promise<void> {
  const random = seededRandom(seed)
  const world = new World(seed)
  for (let step = 0; step < STEPS; step++) {
    await tryToStart(world)
    await act(world, random.below(100), random)
    await world.sys.clock.advance(random.below(800))
  }
  await comeToRest(world)
  assert.deepEqual(
    world.deliveredNumbers().sort((a, b) => a - b),
    Array.from({ length: world.written }, (_, number) => number),
    `seed ${seed}: each line once`,
  )
  assertContiguous(world)
  const { inBucket, inCatalog } = await world.keys()
  assert.deepEqual(inBucket, inCatalog)
  await world.end()
}

async function act(world: World, dice: number, random: ReturnType<typeof seededRandom>): Promise<void> {
  const { faults } = world.sys
  if (dice < 55) world.write(1 + random.below(60), random.float())
  else if (dice < 67) world.rotate()
  else if (dice < 75) world.crash('process')
  else if (dice < 82) world.crash('power')
  else if (dice < 90)
    faults.failAt(faults.operations + 1 + random.below(30), random.below(2) === 0 ? 'EIO' : 'ENOSPC')
  else if (dice < 95) crashSoon(world, random)
  else faults.clear()
}

/** In the middle of whatever runs then: between any two I/O operations. */
function crashSoon(world: World, random: ReturnType<typeof seededRandom>): void {
  const { faults } = world.sys
  const at = faults.operations + 1 + random.below(40)
  const mode = random.below(2) === 0 ? 'process' : 'power'
  faults.onOperation = ({ number }) => {
    if (number !== at) return
    faults.onOperation = () => {}
    world.crash(mode)
  }
}

/** A fault or a crash may keep it from starting; the next step tries again. */
async function tryToStart(world: World): Promise<void> {
  if (world.alive) return
  const { sys } = world
  let isSettled = false
  const settled = (): void => void (isSettled = true)
  world.start().then(settled, (error: unknown) => {
    settled()
    assert.match(
      String(error),
      /EIO|ENOSPC|no space|disk|I\/O/i,
      'only injected faults keep it from starting',
    )
  })
  // After a crash in the middle of it, that start never settles: its process is gone.
  for (let waitedMs = 0; !isSettled && world.sys === sys && waitedMs < 60_000; waitedMs += 100)
    await sys.clock.advance(100)
}

async function comeToRest(world: World): Promise<void> {
  world.sys.faults.clear()
  world.sys.faults.onOperation = () => {}
  await tryToStart(world)
  const { clock } = world.sys
  for (let waitedMs = 0; world.deliveredRecords < world.written && waitedMs < 600_000; waitedMs += 1000) {
    await clock.advance(1000)
  }
  assert.equal(world.deliveredRecords, world.written, world.problems)
}

/** Promise 4: the ranges of each source follow each other without gap or overlap. */
function assertContiguous(world: World): void {
  const ends = new Map<string, number>()
  for (const { source, from, to } of world.ledger()) {
    assert.equal(from, ends.get(source) ?? from, `${source} continues where it ended`)
    assert.ok(ends.has(source) || from === 0, `${source} begins at 0`)
    ends.set(source, to)
  }
  assert.ok(ends.size > 0)
}
