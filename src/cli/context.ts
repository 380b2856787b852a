/** What commands have of the world, so that tests run them without a process. */
import type { ControlClient } from '../console/control-client.ts'
import type { Sys } from '../sys/sys.ts'

export interface Output {
  write(text: string): void
  isTerminal: boolean
  /** Characters per line, asked anew each time: a window can be resized. */
  columns(): number
}

export interface CliContext {
  sys: Sys
  env: NodeJS.ProcessEnv
  cwd: string
  stdout: Output
  stderr: Output
  stdin: NodeJS.ReadableStream & { isTTY?: boolean }
  /** The server of DIR. */
  connect(directory: string): Promise<ControlClient>
  /** Ctrl-C and SIGTERM, until the returned function is called. */
  onSignal(handler: (signal: 'SIGINT' | 'SIGTERM') => void): () => void
  /** Ends the process at once. */
  exit(code: number): void
}

/** 0 ok, 1 failed, 2 usage. */
export type ExitCode = 0 | 1 | 2

/** A signal that aborts at the first Ctrl-C; the second ends the process at once. */
export function abortOnInterrupt(context: CliContext): { signal: AbortSignal; done: () => void } {
  const controller = new AbortController()
  const done = context.onSignal((signal) => {
    if (controller.signal.aborted) context.exit(signal === 'SIGINT' ? 130 : 143)
    controller.abort()
  })
  return { signal: controller.signal, done }
}
