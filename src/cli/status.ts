import { Option } from 'commander'
import type { StatusReport } from '../console/server-api.ts'
import { abortOnInterrupt, type CliContext } from './context.ts'
import { dataDirectory, dataOption } from './options.ts'
import { examples, type RegisterCommand } from './command.ts'
import { statusText } from './status-text.ts'

const WATCH_INTERVAL_MS = 1000
/** Cursor to the top left, and everything below it away: less flicker than clearing first. */
const HOME = '\u001b[H'
const CLEAR_BELOW = '\u001b[J'
const CLEAR_LINE_END = '\u001b[K'

interface StatusOptions {
  data: string
  format: 'table' | 'json'
  watch?: true
}

export const statusCommand: RegisterCommand = (program, context) => {
  program
    .command('status')
    .description('what was received, buffered, delivered and rejected, and where each file is read')
    .addOption(dataOption())
    .addOption(new Option('--format <format>', 'how to print').choices(['table', 'json']).default('table'))
    .option('--watch', 'again every second, until Ctrl-C')
    .addHelpText('after', examples(['hozon status', 'hozon status --format json']))
    .action(async (options: StatusOptions) => {
      const client = await context.connect(dataDirectory(context, options))
      if (options.watch !== true) context.stdout.write(render(await client.status(), options, context))
      else await watch(context, options, () => client.status())
    })
}

function render(report: StatusReport, { format }: StatusOptions, { stdout }: CliContext): string {
  if (format === 'json') return `${JSON.stringify({ streams: report.streams })}\n`
  return statusText(report, stdout.isTerminal ? stdout.columns() : undefined)
}

async function watch(
  context: CliContext,
  options: StatusOptions,
  status: () => Promise<StatusReport>,
): Promise<void> {
  const { signal, done } = abortOnInterrupt(context)
  const isScreen = context.stdout.isTerminal && options.format === 'table'
  if (isScreen) context.stdout.write(HOME + CLEAR_BELOW)
  while (!signal.aborted) {
    const text = render(await status(), options, context)
    context.stdout.write(isScreen ? HOME + text.replaceAll('\n', `${CLEAR_LINE_END}\n`) + CLEAR_BELOW : text)
    await context.sys.clock.sleep(WATCH_INTERVAL_MS, signal)
  }
  done()
}
