/** From arguments to an exit code. Each command is one file; what it needs is loaded when it runs. */
import { AssertionError } from 'node:assert'
import { Command, CommanderError } from 'commander'
import { describeError, HozonError } from '../base/errors.ts'
import { auditCommand } from './audit.ts'
import { catalogCommand } from './catalog.ts'
import { examples, version, type RegisterCommand } from './command.ts'
import { checkCommand } from './check.ts'
import type { CliContext, ExitCode } from './context.ts'
import { demoCommand } from './demo.ts'
import { envCommand } from './env.ts'
import { flushCommand } from './flush.ts'
import { keysCommand } from './keys.ts'
import { sqlCommand } from './sql.ts'
import { statusCommand } from './status.ts'
import { tailCommand } from './tail.ts'
import { upCommand } from './up.ts'
import { withoutControlCharacters } from './output/plain-text.ts'

const COMMANDS: readonly RegisterCommand[] = [
  upCommand,
  checkCommand,
  sqlCommand,
  statusCommand,
  flushCommand,
  auditCommand,
  catalogCommand,
  tailCommand,
  keysCommand,
  envCommand,
  demoCommand,
]

export async function runCli(args: readonly string[], context: CliContext): Promise<ExitCode> {
  let code: ExitCode = 0
  const program = makeProgram(context, (result) => {
    code = result
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    context.stderr.write(`${errorText(error)}\n`)
    return 1
  }
}

function makeProgram(context: CliContext, done: (code: ExitCode) => void): Command {
  const program = new Command('hozon')
    .description(
      'Keeps every log line: follows files, delivers them to S3-style storage, answers Athena SQL.',
    )
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: false })
    .addHelpText('after', examples(['hozon up hozon.yaml', 'hozon sql "SELECT * FROM web LIMIT 10"']))
  for (const register of COMMANDS) register(program, context, done)
  applyToAll(program, (command) => {
    command.exitOverride()
    command.configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      getOutHelpWidth: () => context.stdout.columns(),
      getErrHelpWidth: () => context.stderr.columns(),
      outputError: (text, write) => write(usageText(text, command)),
    })
  })
  return program
}

function applyToAll(command: Command, change: (command: Command) => void): void {
  change(command)
  for (const child of command.commands) applyToAll(child, change)
}

/** `hozon: unknown option '--prot'; did you mean --port? See hozon up --help` */
function usageText(text: string, command: Command): string {
  const [first, ...more] = text.replace(/^error: /, '').split('\n')
  const suggestion = /\(Did you mean (.*)\?\)/.exec(more.join(' '))?.[1]
  const meant = suggestion === undefined ? '' : `; did you mean ${suggestion}?`
  return `hozon: ${first}${meant}${meant === '' ? '; see' : ' See'} \`${fullName(command)} --help\`\n`
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`
}

/** The world's faults in one line with the next step; a bug with all that helps to find it. */
function errorText(error: unknown): string {
  if (error instanceof HozonError) return `hozon: ${withoutControlCharacters(describeError(error))}`
  const isBug = error instanceof AssertionError || !(error instanceof Error) || !('code' in error)
  const text =
    error instanceof Error ? (isBug ? (error.stack ?? error.message) : error.message) : String(error)
  return isBug ? `hozon: bug, please report it: ${text}` : `hozon: ${text}`
}
