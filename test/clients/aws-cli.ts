/** The AWS CLI: version 2 as Debian has it, and version 1 from PyPI. They treat blobs differently. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { python } from '../python/venv.ts'

const HOW_TO_GET_IT =
  'no AWS CLI 2: install it (Debian: apt-get install awscli), or name its program in HOZON_TEST_AWS_CLI'

export type Cli = readonly [program: string, ...first: string[]]

/** Throws with the way to get it. */
export async function awsCli2(): Promise<Cli> {
  // A version 1 of somebody's Python is often first on the PATH.
  for (const program of [process.env['HOZON_TEST_AWS_CLI'], '/usr/bin/aws', 'aws']) {
    if (program === undefined || program === '') continue
    try {
      const { stdout } = await promisify(execFile)(program, ['--version'])
      if (stdout.startsWith('aws-cli/2.')) return [program]
    } catch {
      // Not there: the next may be.
    }
  }
  throw new Error(HOW_TO_GET_IT)
}

export async function awsCli1(): Promise<Cli> {
  return [await python(), '-m', 'awscli']
}

export interface Answer {
  code: number | null
  stdout: string
  stderr: string
}

/** One command to its end, without the settings and keys of whoever runs the tests. */
export async function aws(cli: Cli, args: string[], env: Record<string, string>): Promise<Answer> {
  const [program, ...first] = cli
  const child = spawn(program, [...first, ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', AWS_PAGER: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}
