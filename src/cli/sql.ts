import { Option } from 'commander'
import { ROW_FORMATS, type RowFormat } from './output/rows.ts'
import { dataDirectory, dataOption, parsePositive } from './options.ts'
import { examples, type RegisterCommand } from './command.ts'

export interface SqlOptions {
  data: string
  format?: RowFormat
  database?: string
  rows?: number
  timeout?: number
}

export const sqlCommand: RegisterCommand = (program, context) => {
  program
    .command('sql')
    .description('run Athena SQL; without a query a prompt, or the queries of standard input')
    .argument('[query]', 'the query')
    .addOption(dataOption())
    .addOption(
      new Option('--format <format>', 'how to print (default: table on a terminal, else ndjson)').choices(
        ROW_FORMATS,
      ),
    )
    .option('--database <name>', 'database of tables that are named without one')
    .option('--rows <count>', 'most rows of a result', parsePositive)
    .option('--timeout <seconds>', 'longest time of a query', parsePositive)
    .addHelpText(
      'after',
      examples([
        'hozon sql "SELECT code, count(*) FROM web_access GROUP BY 1 ORDER BY 2 DESC"',
        'hozon sql "SELECT * FROM web_access" --format csv > web.csv',
      ]),
    )
    .action(async (query: string | undefined, options: SqlOptions) => {
      const client = await context.connect(dataDirectory(context, options))
      const { openRunner } = await import('./sql/run-query.ts')
      const runner = openRunner(context, client, options)
      if (query !== undefined) return runner.run(query)
      if (context.stdin.isTTY === true) {
        const { runPrompt } = await import('./sql/prompt.ts')
        return runPrompt(context, client, runner)
      }
      const { splitStatements } = await import('./sql/statements.ts')
      const { statements, rest } = splitStatements(await readAll(context.stdin))
      for (const statement of [...statements, rest]) if (statement.trim() !== '') await runner.run(statement)
    })
}

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}
