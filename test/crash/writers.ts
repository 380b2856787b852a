import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export interface WriterSpec {
  name: string
  linesPerSecond: number
  rotateMs: number
}

export interface Writers {
  /** Resolves with the number of lines that each has written. */
  stop(): Promise<Map<string, number>>
  /** For tests that have failed. */
  kill(): void
}

export function startWriters(folder: string, specs: WriterSpec[]): Writers {
  const writers = specs.map(({ name, linesPerSecond, rotateMs }) => {
    const args = [
      join(import.meta.dirname, 'writer.ts'),
      folder,
      name,
      String(linesPerSecond),
      String(rotateMs),
    ]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let printed = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
    return { name, child, printed: () => printed }
  })
  return {
    async stop() {
      const written = new Map<string, number>()
      for (const { name, child, printed } of writers) {
        const closed = once(child, 'close')
        child.kill('SIGTERM')
        await closed
        written.set(name, Number(printed().trim()))
      }
      return written
    },
    kill() {
      for (const { child } of writers) child.kill('SIGKILL')
    },
  }
}
