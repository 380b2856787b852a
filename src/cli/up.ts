import { resolve } from 'node:path'
import type { RunningServer } from '../console/server-api.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import { isStoreFault } from '../store/store-fault.ts'
import type { Telemetry } from '../telemetry/events.ts'
import type { CliContext, ExitCode } from './context.ts'
import { loadOrExplain } from './load-or-explain.ts'
import { DEFAULT_FILE, dataDirectory, dataOption, portOption } from './options.ts'
import { examples, version, type RegisterCommand } from './command.ts'

export interface UpOptions {
  data: string
  host: string
  port: number
  consolePort: number
}

export const UP_DEFAULTS = { data: './hozon-data', host: '127.0.0.1', port: 4600, consolePort: 4680 }

export const upCommand: RegisterCommand = (program, context, done) => {
  program
    .command('up')
    .description('run the whole path: collect, buffer, deliver, query')
    .argument('[file]', 'the pipeline file', DEFAULT_FILE)
    .addOption(dataOption())
    .option('--host <address>', 'address to listen on', UP_DEFAULTS.host)
    .addOption(portOption('--port <port>', 'port of the endpoint', UP_DEFAULTS.port))
    .addOption(portOption('--console-port <port>', 'port of the web console', UP_DEFAULTS.consolePort))
    .addHelpText('after', examples(['hozon up', 'hozon up hozon.yaml --data /var/lib/hozon']))
    .action(async (file: string, options: UpOptions) => done(await runUp(context, file, options)))
}

/** Runs until a signal or a failure. `onReady` is for what runs beside it. */
export async function runUp(
  context: CliContext,
  file: string,
  options: UpOptions,
  onReady: (server: RunningServer, pipeline: Pipeline) => void = () => {},
): Promise<ExitCode> {
  const directory = dataDirectory(context, options)
  const loaded = await loadOrExplain(context, file, directory)
  if (loaded === undefined) return 1
  const telemetry = await makeTelemetry(context)
  telemetry.server.starting(version(), loaded.pipeline.file, directory)
  for (const warning of loaded.warnings) telemetry.server.warning(warning)
  const signals = stopSignals(context, telemetry)
  const { asked } = signals
  try {
    const { startServer } = await import('../server.ts')
    const server = await startServer(context.sys, loaded.pipeline, {
      dataDirectory: directory,
      host: options.host,
      port: options.port,
      consolePort: options.consolePort,
      telemetry,
      stopping: asked,
    })
    context.stdout.write(`${readyLine(server)}\n`)
    onReady(server, loaded.pipeline)
    return await untilStopped(server, asked, telemetry)
  } catch (error) {
    if (!asked.aborted || !isStoreFault(error)) throw error
    // It was still waiting for its store, which is no failure of a server that is to stop.
    telemetry.server.stopped()
    return 0
  } finally {
    signals.dispose()
  }
}

export function readyLine({ urls }: Pick<RunningServer, 'urls'>): string {
  return `hozon ready ${Object.entries(urls)
    .map(([name, url]) => `${name}=${url}`)
    .join(' ')}`
}

async function untilStopped(
  server: RunningServer,
  asked: AbortSignal,
  telemetry: Telemetry,
): Promise<ExitCode> {
  const failure = await Promise.race([aborted(asked), server.failed])
  if (failure instanceof Error) telemetry.server.failed(failure)
  await server.stop()
  telemetry.server.stopped()
  return failure instanceof Error ? 1 : 0
}

/** The first signal asks to stop; the second ends the process at once, as after a crash: nothing is lost either way. */
function stopSignals(context: CliContext, telemetry: Telemetry): { asked: AbortSignal; dispose: () => void } {
  const asking = new AbortController()
  const dispose = context.onSignal((signal) => {
    if (asking.signal.aborted) context.exit(signal === 'SIGINT' ? 130 : 143)
    else telemetry.server.stopping(signal === 'SIGINT' ? 'Ctrl-C' : signal)
    asking.abort()
  })
  return { asked: asking.signal, dispose }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolveAborted) =>
    signal.addEventListener('abort', () => resolveAborted(), { once: true }),
  )
}

async function makeTelemetry({ sys, stderr }: CliContext): Promise<Telemetry> {
  const { openTelemetry } = await import('../telemetry/events.ts')
  return openTelemetry({
    clock: sys.clock,
    output: (line) => stderr.write(line),
    human: stderr.isTerminal,
  })
}

export function absoluteFile(context: CliContext, file: string): string {
  return resolve(context.cwd, file)
}
