/** `node duckdb-query.ts FILES TIMES QUESTION…`: the engine alone, on the same files, warm. */
import { DuckDBInstance } from '@duckdb/node-api'
import { setTimeout as sleep } from 'node:timers/promises'
import { PAUSE_MS, type Asked } from './query.ts'

const [files = '', times = '1', ...questions] = process.argv.slice(2)
const instance = await DuckDBInstance.create(':memory:')
const connection = await instance.connect()
await connection.run(`SET TimeZone = 'UTC'`)
const table = `read_parquet('${files.replaceAll("'", "''")}')`
const answers: Asked[] = []
for (const question of questions) {
  const sql = question.replaceAll('{table}', table).replaceAll('{minute}', `date_trunc('minute', time)`)
  const asked: Asked = { ms: [], rows: 0 }
  for (let run = 0; run <= Number(times); run++) {
    await sleep(PAUSE_MS)
    const startedMs = performance.now()
    asked.rows = (await connection.runAndReadAll(sql)).currentRowCount
    if (run > 0) asked.ms.push(performance.now() - startedMs)
  }
  answers.push(asked)
}
console.log(JSON.stringify(answers))
