import { formatCount } from '../base/units.ts'
import type { ControlClient } from '../console/control-client.ts'
import type { CliContext } from './context.ts'
import { dataDirectory, dataOption } from './options.ts'
import { examples, type RegisterCommand } from './command.ts'

const PROGRESS_INTERVAL_MS = 300

export const flushCommand: RegisterCommand = (program, context) => {
  program
    .command('flush')
    .description('deliver what is buffered now; returns when it is queryable from the store')
    .argument('[stream]', 'one stream; default: all')
    .addOption(dataOption())
    .addHelpText('after', examples(['hozon flush', 'hozon flush web-access']))
    .action(async (stream: string | undefined, options: { data: string }) => {
      const client = await context.connect(dataDirectory(context, options))
      const flushing = client.flush(stream)
      const { streams } = context.stderr.isTerminal
        ? await withProgress(context, client, stream, flushing)
        : await flushing
      for (const { name, records, objects } of streams) {
        const what =
          records === 0 && objects === 0
            ? 'nothing was buffered'
            : `delivered ${formatCount(records)} records as ${formatCount(objects)} objects`
        context.stdout.write(`${name}: ${what}\n`)
      }
    })
}

async function withProgress<T>(
  { sys, stderr }: CliContext,
  client: ControlClient,
  stream: string | undefined,
  work: Promise<T>,
): Promise<T> {
  const finished = new AbortController()
  const done = work.finally(() => finished.abort())
  // Reported where it is awaited; here only the end of the work matters.
  done.catch(() => {})
  while (!finished.signal.aborted) {
    await sys.clock.sleep(PROGRESS_INTERVAL_MS, finished.signal)
    if (finished.signal.aborted) break
    const { streams } = await client.status()
    const buffered = streams
      .filter(({ name }) => stream === undefined || name === stream)
      .reduce((sum, { bufferedRecords }) => sum + bufferedRecords, 0)
    stderr.write(`\r\u001b[K${formatCount(buffered)} records still in the buffer`)
  }
  stderr.write('\r\u001b[K')
  return done
}
