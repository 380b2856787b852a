/** A command's world in tests: text in memory, a fake server, signals by hand. */
import { Readable } from 'node:stream'
import type { ControlClient } from '../console/control-client.ts'
import { realSys } from '../sys/real.ts'
import type { CliContext } from './context.ts'

export interface FakeContext extends CliContext {
  text(): { stdout: string; stderr: string }
  signal(name: 'SIGINT' | 'SIGTERM'): void
  exits: number[]
}

export function fakeContext(
  overrides: Partial<CliContext> & {
    client?: Partial<ControlClient>
    terminal?: number
    input?: string
  } = {},
): FakeContext {
  const { client, terminal, input, ...rest } = overrides
  const written = { stdout: '', stderr: '' }
  const handlers = new Set<(signal: 'SIGINT' | 'SIGTERM') => void>()
  const exits: number[] = []
  const output = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => void (written[name] += text),
    isTerminal: terminal !== undefined,
    columns: () => terminal ?? 80,
  })
  return {
    sys: realSys,
    env: {},
    cwd: '/nowhere',
    stdout: output('stdout'),
    stderr: output('stderr'),
    stdin: Readable.from([input ?? '']),
    connect: async () => ({ url: 'http://fake', ...client }) as ControlClient,
    onSignal(handler) {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },
    exit: (code) => void exits.push(code),
    text: () => written,
    signal: (name) => handlers.forEach((handler) => handler(name)),
    exits,
    ...rest,
  }
}
