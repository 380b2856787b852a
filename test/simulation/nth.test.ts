/**
 * A start, some lines, a rotation and a delivery, again and again: each time another I/O operation fails, or the process
 * or the power dies at it. Whatever it is, every line is delivered exactly once in the end.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkEverything, comeToRest, tryToStart } from './checks.ts'
import { World } from './world.ts'

const SEED = 1

type Accident = (world: World, number: number) => void

const ACCIDENTS: Record<string, Accident> = {
  'fails with EIO': (world, number) => world.sys.faults.failAt(number, 'EIO'),
  'fails with ENOSPC': (world, number) => world.sys.faults.failAt(number, 'ENOSPC'),
  'is the last of the process': (world, number) => crashAt(world, number, 'process'),
  'is the last before a power cut': (world, number) => crashAt(world, number, 'power'),
}

for (const [what, accident] of Object.entries(ACCIDENTS)) {
  test(`each operation in turn ${what}`, async () => {
    const operations = await scenario(() => {}, Infinity, what)
    assert.ok(operations > 100, `the scenario has ${operations} operations`)
    for (let number = 1; number <= operations; number++) await scenario(accident, number, what)
  })
}

function crashAt(world: World, at: number, mode: 'process' | 'power'): void {
  const { faults } = world.sys
  faults.onOperation = ({ number }) => {
    if (number === at) world.crash(mode)
  }
}

/** Returns how many operations it took until all was delivered. */
async function scenario(accident: Accident, number: number, what: string): Promise<number> {
  const world = new World(SEED)
  accident(world, number)
  // A supervisor starts it again. What was rotated before it ever looked would not be its to read.
  const start = async (): Promise<void> => {
    for (let starts = 0; !world.alive && starts < 3; starts++) await tryToStart(world)
  }
  await start()
  world.write(20, 0.5)
  await world.sys.clock.advance(500)
  await start()
  world.rotate()
  world.write(10)
  await world.sys.clock.advance(1500)
  const { operations } = world.sys.faults
  await comeToRest(world)
  await checkEverything(world, `operation ${number} ${what}`)
  await world.end()
  return operations
}
