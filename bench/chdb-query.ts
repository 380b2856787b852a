/** `node chdb-query.ts FOLDER FILES TIMES QUESTION…`: ClickHouse as npm's chdb in FOLDER, on the same files, warm. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PAUSE_MS, type Asked } from './query.ts'

const [folder = '', files = '', times = '1', ...questions] = process.argv.slice(2)
const { query } = createRequire(join(folder, 'x.js'))('chdb') as {
  query: (sql: string, format: string) => string
}
const answers: Asked[] = []
for (const question of questions) {
  const sql = question
    .replaceAll('{table}', `file('${files}', Parquet)`)
    .replaceAll('{minute}', 'toStartOfMinute(time)')
  const asked: Asked = { ms: [], rows: 0 }
  for (let run = 0; run <= Number(times); run++) {
    await sleep(PAUSE_MS)
    const startedMs = performance.now()
    asked.rows = query(sql, 'JSONEachRow').split('\n').filter(Boolean).length
    if (run > 0) asked.ms.push(performance.now() - startedMs)
  }
  answers.push(asked)
}
console.log(JSON.stringify(answers))
