/** `node duckdb-copy.ts FILE OUT`: the engine alone, JSON lines to one zstd Parquet file with all threads. */
import { DuckDBInstance } from '@duckdb/node-api'

const [file = '', out = ''] = process.argv.slice(2)
const quoted = (path: string): string => `'${path.replaceAll("'", "''")}'`
const instance = await DuckDBInstance.create(':memory:')
const connection = await instance.connect()
const startedMs = performance.now()
await connection.run(
  `COPY (SELECT * FROM read_json_auto(${quoted(file)}, format = 'newline_delimited')) TO ${quoted(out)} (FORMAT parquet, COMPRESSION zstd)`,
)
const seconds = (performance.now() - startedMs) / 1000
const { userCPUTime, systemCPUTime } = process.resourceUsage()
console.log(JSON.stringify({ seconds, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 }))
