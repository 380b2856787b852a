/** After the storm: is every line there exactly once, whole, in order, and does the audit agree? */
import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { hozon, sql } from '../hozon-process.ts'
import { checksumOf } from './lines.ts'

interface Line {
  writer: string
  number: number
  checksum: number
}

/** So many looks in a row without a further line: no more will come. */
const IDLE_LOOKS_MAX = 60

/** Until all lines are there, or none comes any more; the checks then say which are missing. */
async function untilAllAreRead(data: string, stream: string, total: number): Promise<void> {
  let before = -1
  for (let idle = 0; idle < IDLE_LOOKS_MAX; idle++) {
    const [row] = await sql(data, `SELECT count(*) AS lines FROM logs.${stream}`)
    const lines = Number(row?.['lines'])
    if (lines >= total) return
    if (lines > before) idle = 0
    before = lines
    await delay(100)
  }
}

/** `written`: lines per writer. The server on `data` is running. */
export async function checkEverything(
  data: string,
  stream: string,
  written: Map<string, number>,
): Promise<void> {
  const total = [...written.values()].reduce((sum, lines) => sum + lines, 0)
  await untilAllAreRead(data, stream, total)
  const flushed = await hozon(['flush', stream, '--data', data])
  assert.equal(flushed.code, 0, flushed.stderr)

  for (const [writer, lines] of written) {
    const rows = await sql(
      data,
      `SELECT count(*) AS lines, count(DISTINCT number) AS numbers, min(number) AS first, max(number) AS last
       FROM logs.${stream} WHERE writer = '${writer}'`,
    )
    assert.deepEqual(rows, [{ lines, numbers: lines, first: 0, last: lines - 1 }], `lines of ${writer}`)
  }
  const rows = (await sql(data, `SELECT writer, number, checksum FROM logs.${stream}`)) as unknown as Line[]
  const damaged = rows.filter((row) => row.checksum !== checksumOf(row.writer, row.number))
  assert.deepEqual(damaged, [])
  const rejected = await sql(data, `SELECT reason, line FROM logs.${stream}_errors LIMIT 5`)
  assert.deepEqual(rejected, [])
  const audit = await hozon(['audit', stream, '--data', data])
  assert.equal(audit.code, 0, audit.stdout + audit.stderr)
}
