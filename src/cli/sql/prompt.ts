/** The prompt of `hozon sql`: lines up to a semicolon, history, completion, Ctrl-C for the running query only. */
import { join } from 'node:path'
import * as readline from 'node:readline'
import { describeError } from '../../base/errors.ts'
import type { ControlClient } from '../../console/control-client.ts'
import type { CliContext } from '../context.ts'
import { completeSql, readNames } from './completion.ts'
import type { QueryRunner } from './run-query.ts'
import { splitStatements } from './statements.ts'

const HISTORY_LINES_MAX = 1000
const OWNER_ONLY = 0o600
const PROMPT = 'hozon> '
const MORE = '    -> '
const HELP = `End a query with ; and Enter. Tab completes, Ctrl-C cancels, Ctrl-D or \\q leaves.
  SHOW TABLES;   DESCRIBE table;   EXPLAIN query;
`

export async function runPrompt(
  context: CliContext,
  client: ControlClient,
  runner: QueryRunner,
): Promise<void> {
  const names = await readNames(client)
  const history = await readHistory(context)
  const lines = readline.createInterface({
    input: context.stdin,
    output: process.stdout,
    history,
    historySize: HISTORY_LINES_MAX,
    removeHistoryDuplicates: true,
    completer: (line: string) => completeSql(line, names),
  })
  context.stdout.write(`Athena SQL on ${client.url}; \\? for help\n`)
  let pending = ''
  let running: AbortController | undefined
  lines.on('history', (all: string[]) => void history.splice(0, history.length, ...all))
  lines.on('SIGINT', () => {
    if (running !== undefined) running.abort()
    else {
      pending = ''
      context.stdout.write('\n')
      ask(lines, pending)
    }
  })
  ask(lines, pending)
  for await (const line of lines) {
    if (pending === '' && isLeaving(line)) break
    if (pending === '' && ['\\?', 'help', 'help;'].includes(line.trim())) context.stdout.write(HELP)
    else {
      const { statements, rest } = splitStatements(`${pending}${line}\n`)
      pending = rest.trim() === '' ? '' : rest
      for (const statement of statements) {
        running = new AbortController()
        await runOne(context, runner, statement, running.signal)
        running = undefined
      }
    }
    ask(lines, pending)
  }
  lines.close()
  await writeHistory(context, history)
}

function ask(lines: readline.Interface, pending: string): void {
  lines.setPrompt(pending === '' ? PROMPT : MORE)
  lines.prompt()
}

function isLeaving(line: string): boolean {
  return /^\s*(\\q|exit|quit)\s*;?\s*$/i.test(line)
}

/** At a prompt a failed query is an answer, not an end. */
async function runOne(
  context: CliContext,
  runner: QueryRunner,
  statement: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    await runner.run(statement, signal)
  } catch (error) {
    context.stderr.write(signal.aborted ? 'cancelled\n' : `${describeError(error)}\n`)
  }
}

function historyPath({ env }: CliContext): string | undefined {
  const home = env['HOME']
  return home === undefined || home === '' ? undefined : join(home, '.hozon_history')
}

/** Newest first, as readline wants it. */
async function readHistory(context: CliContext): Promise<string[]> {
  const path = historyPath(context)
  if (path === undefined) return []
  try {
    const text = (await context.sys.files.readFile(path)).toString('utf8')
    return text.split('\n').filter(Boolean).reverse().slice(0, HISTORY_LINES_MAX)
  } catch {
    // None yet, or not readable: the prompt works without.
    return []
  }
}

/** Queries may hold personal data, so the file is for its owner only. */
async function writeHistory(context: CliContext, history: readonly string[]): Promise<void> {
  const path = historyPath(context)
  if (path === undefined || history.length === 0) return
  const text = `${[...history].slice(0, HISTORY_LINES_MAX).reverse().join('\n')}\n`
  try {
    await context.sys.files.writeFileDurably(path, Buffer.from(text), OWNER_ONLY)
  } catch (error) {
    context.stderr.write(`hozon: the history was not saved: ${describeError(error)}\n`)
  }
}
