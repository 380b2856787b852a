/** A real Fluent Bit: from HOZON_TEST_FLUENT_BIT or the PATH. No registry of packages that we use has one to install. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'

const HOW_TO_GET_IT =
  'no Fluent Bit: install 4.1 or newer as https://docs.fluentbit.io/manual/installation says, with its kinesis_firehose output, and put `fluent-bit` on the PATH or name it in HOZON_TEST_FLUENT_BIT'

export interface FluentBit {
  /** All it said so far. */
  output(): string
  /** SIGTERM: it finishes what is on its way. Resolves with the exit code. */
  stop(): Promise<number | null>
}

/** Throws with the way to get it. */
export async function findFluentBit(): Promise<string> {
  const program = process.env['HOZON_TEST_FLUENT_BIT'] || 'fluent-bit'
  try {
    const { stdout } = await promisify(execFile)(program, ['--help'])
    if (!stdout.includes('kinesis_firehose')) throw new Error(`${program} has no output kinesis_firehose`)
    return program
  } catch (error) {
    throw new Error(HOW_TO_GET_IT, { cause: error })
  }
}

export async function startFluentBit(configuration: string, env: Record<string, string>): Promise<FluentBit> {
  const program = await findFluentBit()
  const child = spawn(program, ['--config', configuration], {
    // It looks for a profile in a home that it must have.
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
  const exited = once(child, 'close').then(([code]) => code as number | null)
  return {
    output: () => output,
    async stop() {
      child.kill('SIGTERM')
      return exited
    },
  }
}
