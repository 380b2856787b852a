import { deepEqual, rejects } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { lane } from './lane.ts'

describe('a lane', () => {
  it('runs no more than its number at a time, in order of arrival', async () => {
    const turns = lane(2)
    const begun: number[] = []
    const ends = Array.from({ length: 4 }, () => Promise.withResolvers<void>())
    const runs = ends.map(({ promise }, index) =>
      turns(() => {
        begun.push(index)
        return promise
      }),
    )
    deepEqual(begun, [0, 1])
    ends[1]!.resolve()
    await runs[1]
    deepEqual(begun, [0, 1, 2])
    ends[0]!.reject(new Error('failed'))
    await rejects(runs[0]!, /failed/)
    deepEqual(begun, [0, 1, 2, 3])
    for (const { resolve } of ends) resolve()
    await Promise.all([runs[2], runs[3]])
  })

  it('is left by who waits when its signal aborts, and its place is nobody’s', async () => {
    const turns = lane(1)
    const begun: string[] = []
    const first = Promise.withResolvers<void>()
    const running = turns(() => first.promise)
    const cancelled = new AbortController()
    const note = (name: string) => async (): Promise<void> => void begun.push(name)
    const left = turns(note('left'), cancelled.signal)
    const stayed = turns(note('stayed'))
    cancelled.abort(new Error('cancelled'))
    await rejects(left, /cancelled/)
    await rejects(turns(note('late'), cancelled.signal), /cancelled/)
    first.resolve()
    await Promise.all([running, stayed])
    await turns(note('after'))
    deepEqual(begun, ['stayed', 'after'])
  })
})
