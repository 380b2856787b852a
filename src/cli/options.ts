/** Options and arguments that several commands share. */
import { resolve } from 'node:path'
import { InvalidArgumentError, Option } from 'commander'
import type { CliContext } from './context.ts'

export const DEFAULT_FILE = 'hozon.yaml'

export function dataOption(): Option {
  return new Option('--data <dir>', 'folder of buffer, catalog and embedded store').default('./hozon-data')
}

export function portOption(flags: string, description: string, port: number): Option {
  return new Option(flags, `${description}; 0: any free one`).default(port).argParser(parsePort)
}

export function dataDirectory(context: CliContext, options: { data: string }): string {
  return resolve(context.cwd, options.data)
}

function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('A port is a number from 0 to 65535.')
}

export function parsePositive(text: string): number {
  const number = Number(text)
  if (Number.isFinite(number) && number > 0) return number
  throw new InvalidArgumentError('Expected a number above 0.')
}
