/** Starts, rest and the final look at a simulated world. */
import assert from 'node:assert/strict'
import type { World } from './world.ts'

/** Every line once, ranges without gap, and nothing in the bucket that the catalog does not know. */
export async function checkEverything(world: World, what: string): Promise<void> {
  assert.deepEqual(
    (await world.deliveredNumbers()).sort((a, b) => a - b),
    Array.from({ length: world.written }, (_, number) => number),
    `${what}: each line once`,
  )
  assertContiguous(world)
  const { inBucket, inCatalog } = await world.keys()
  assert.deepEqual(inBucket, inCatalog, what)
}

/** A fault or a crash may keep it from starting; the next step tries again. */
export async function tryToStart(world: World): Promise<void> {
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

export async function comeToRest(world: World): Promise<void> {
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
