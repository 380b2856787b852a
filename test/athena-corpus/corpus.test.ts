/**
 * Logs of AWS's services, declared as its documentation says and asked what people ask. `*.sql` hold the declarations, then
 * queries with their rows (`-- =>`), which were computed from the records by a program without SQL; `logs/` the files.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { AthenaWorld } from '../athena/athena-world.ts'

/** Where the services put the files, compressed as they do it. */
const LOGS: Record<string, Record<string, string>> = {
  alb: {
    'alb/2025/07/04/123456789012_elasticloadbalancing_us-east-1_a.log.gz': 'alb-2025-07-04.log',
    'alb/2025/07/05/123456789012_elasticloadbalancing_us-east-1_b.log.gz': 'alb-2025-07-05.log',
  },
  'vpc-flow': {
    'vpc-flow/2025/07/04/123456789012_vpcflowlogs_us-east-1_a.log.gz': 'vpc-flow-2025-07-04.log',
    'vpc-flow/2025/07/05/123456789012_vpcflowlogs_us-east-1_b.log.gz': 'vpc-flow-2025-07-05.log',
  },
  cloudtrail: {
    'cloudtrail/2025/07/04/123456789012_CloudTrail_us-east-1_a.json.gz': 'cloudtrail-2025-07-04.json',
    'cloudtrail/2025/07/05/123456789012_CloudTrail_us-east-1_b.json.gz': 'cloudtrail-2025-07-05.json',
  },
  waf: { 'waf/2025/07/04/08/00/aws-waf-logs-shop.log': 'waf.log' },
  cloudfront: { 'cloudfront/E2.2025-07-04-08.a1.gz': 'cloudfront.log' },
}

const folder = new URL('./', import.meta.url)

describe('logs of AWS services', () => {
  let world: AthenaWorld
  before(async () => {
    world = await AthenaWorld.start()
    await world.s3.send(new CreateBucketCommand({ Bucket: 'corpus' }))
    await world.rows('CREATE DATABASE logs')
  })
  after(() => world.end())

  for (const [name, files] of Object.entries(LOGS)) {
    it(name, async () => {
      for (const [key, file] of Object.entries(files)) {
        const text = readFileSync(new URL(`logs/${file}`, folder))
        const body = key.endsWith('.gz') ? gzipSync(text) : text
        await world.s3.send(new PutObjectCommand({ Bucket: 'corpus', Key: key, Body: body }))
      }
      const { declarations, queries } = readSuite(readFileSync(new URL(`${name}.sql`, folder), 'utf8'))
      const input = { QueryExecutionContext: { Database: 'logs' } }
      for (const sql of declarations) await world.rows(sql, input)
      const wrong: string[] = []
      for (const { title, sql, rows } of queries) {
        const got = await world.rows(sql, input).then(
          (all) => all.slice(1).map((row) => row.map((cell) => cell ?? null)),
          (error: Error) => error.message,
        )
        if (JSON.stringify(got) !== JSON.stringify(rows))
          wrong.push(`${title}\n  expected ${JSON.stringify(rows)}\n  got      ${JSON.stringify(got)}`)
      }
      assert.equal(wrong.length, 0, `\n${wrong.join('\n')}`)
    })
  }
})

interface Query {
  title: string
  sql: string
  rows: (string | null)[][]
}

function readSuite(text: string): { declarations: string[]; queries: Query[] } {
  const [first = '', ...blocks] = text.split(/\n\n(?=-- )/)
  const declarations = first.split(/;\n/).filter((sql) => sql.trim() !== '')
  const queries = blocks.map((block) => {
    const [title = '', ...lines] = block.trim().replace(/;$/, '').split('\n')
    const rows = lines.filter((line) => line.startsWith('-- => '))
    return {
      title: title.slice(3),
      sql: lines.filter((line) => !line.startsWith('-- => ')).join('\n'),
      rows: rows.map((line) => JSON.parse(line.slice(6)) as (string | null)[]),
    }
  })
  return { declarations, queries }
}
