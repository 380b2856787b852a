import { realSys } from '../sys/real.ts'
import type { CliContext, Output } from './context.ts'

const DEFAULT_COLUMNS = 80

export function realContext(): CliContext {
  return {
    sys: realSys,
    env: process.env,
    cwd: process.cwd(),
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    stdin: process.stdin,
    async connect(directory) {
      const { connectControl } = await import('../console/control-client.ts')
      return connectControl(realSys, directory)
    },
    onSignal(handler) {
      const handlers = (['SIGINT', 'SIGTERM'] as const).map((signal) => {
        const listener = (): void => handler(signal)
        process.on(signal, listener)
        return () => process.off(signal, listener)
      })
      return () => handlers.forEach((remove) => remove())
    },
    exit: (code) => process.exit(code),
  }
}

function outputOf(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => void stream.write(text),
    isTerminal: stream.isTTY === true,
    columns: () => stream.columns ?? DEFAULT_COLUMNS,
  }
}
