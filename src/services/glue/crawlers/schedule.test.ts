import { equal, throws } from 'node:assert/strict'
import { suite, test } from 'node:test'
import { nextTime, parseSchedule } from './schedule.ts'

suite('schedules', () => {
  const cases: [schedule: string, after: string, next: string | undefined][] = [
    ['cron(15 12 * * ? *)', '2026-01-01T12:14:59Z', '2026-01-01T12:15:00Z'],
    ['cron(15 12 * * ? *)', '2026-01-01T12:15:00Z', '2026-01-02T12:15:00Z'],
    ['cron(0/20 8-9 ? * MON-FRI *)', '2026-01-02T09:40:00Z', '2026-01-05T08:00:00Z'],
    ['cron(0,30 * 1 JAN,7 ? *)', '2026-01-01T23:30:00Z', '2026-07-01T00:00:00Z'],
    ['cron(0 0 L 2 ? 2028)', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['cron(0 0 29 2 ? *)', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['cron(0 0 ? * 1 *)', '2026-01-01T00:00:00Z', '2026-01-04T00:00:00Z'],
    ['cron(0 0 1 1 ? 2020)', '2026-01-01T00:00:00Z', undefined],
  ]
  for (const [schedule, after, next] of cases)
    test(`${schedule} after ${after}`, () => {
      const found = nextTime(parseSchedule(schedule), Date.parse(after))
      equal(found, next === undefined ? undefined : Date.parse(next))
    })

  test('that are none are refused', () => {
    for (const wrong of [
      'rate(5 minutes)',
      'cron(* * * * *)',
      'cron(0 0 * * * *)',
      'cron(0 0 ? * ? *)',
      'cron(60 0 * * ? *)',
      'cron(5-1 0 * * ? *)',
      'cron(0/0 0 * * ? *)',
      'cron(0 0 15W * ? *)',
      'cron(0 0 ? * 6#3 *)',
    ])
      throws(() => parseSchedule(wrong), { name: 'InvalidInputException' }, wrong)
  })
})
