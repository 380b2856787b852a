/**
 * The whole path under a seeded storm of crashes, power cuts, failing I/O and a full disk: afterwards every line is in
 * the bucket exactly once. A failure names the seed: HOZON_TEST_SEED=… HOZON_TEST_RUNS=1 npm run test:simulation
 */
import { test } from 'node:test'
import { seededRandom } from '../../src/sys/seeded-random.ts'
import { checkEverything, comeToRest, tryToStart } from './checks.ts'
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
  await checkEverything(world, `seed ${seed}`)
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
