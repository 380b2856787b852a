/** When the clients have gone: nothing is under way, nothing was forgotten, nothing is left over. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { paginateListQueryExecutions, BatchGetQueryExecutionCommand } from '@aws-sdk/client-athena'
import { eventually } from '../../hozon-process.ts'
import { enginesOf } from '../children.ts'
import type { Archive } from './archive.ts'
import { checkMade, type Load } from './questions.ts'

const BATCH = 50

export async function checkAfterwards(load: Load, lines: number): Promise<void> {
  const { archive } = load
  const total = 'SELECT count(*) FROM logs.lines'
  await eventually(async () => {
    const [[rows] = []] = await archive.rowsAtLast(total)
    return Number(rows) === lines || undefined
  }, `${lines} lines`)
  await archive.world.world.flush()
  assert.deepEqual(await archive.rowsAtLast(total), [[String(lines)]])
  const audit = await archive.world.world.run('audit')
  assert.equal(audit.code, 0, audit.stdout + audit.stderr)
  await checkMade(load)
  await checkExecutions(archive)
  checkScratch(archive)
}

/** All are over, each as its client has seen it. */
async function checkExecutions({ world, executions }: Archive): Promise<void> {
  const listed: string[] = []
  for await (const { QueryExecutionIds: ids = [] } of paginateListQueryExecutions(
    { client: world.athena },
    {},
  ))
    listed.push(...ids)
  assert.deepEqual(new Set(listed), new Set(executions.keys()))
  for (let at = 0; at < listed.length; at += BATCH) {
    const QueryExecutionIds = listed.slice(at, at + BATCH)
    const answer = await world.athena.send(new BatchGetQueryExecutionCommand({ QueryExecutionIds }))
    assert.equal(answer.QueryExecutions?.length, QueryExecutionIds.length)
    for (const { QueryExecutionId: id, Status: status } of answer.QueryExecutions)
      assert.equal(status?.State, executions.get(id!)!.ended?.state, id)
  }
}

/** Copies of files that were read are kept for the next query; folders may stay. */
const KEPT = ['external']

function checkScratch({ world }: Archive): void {
  const scratch = join(world.world.data, 'scratch')
  const files = readdirSync(scratch, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(scratch.length + 1))
    .filter((path) => !KEPT.includes(path.split('/')[0]!))
  assert.deepEqual(files, [])
}

/** With all its processes. */
export async function checkStopped({ world }: Archive): Promise<void> {
  const engines = enginesOf(world.server.pid)
  assert.ok(engines.length > 0)
  await world.world.stop()
  await eventually(() => engines.every(({ pid }) => !isAlive(pid)) || undefined, 'the end of all processes')
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
