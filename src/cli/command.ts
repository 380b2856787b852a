/** What each command's file is made of. */
import { createRequire } from 'node:module'
import type { Command } from 'commander'
import type { CliContext, ExitCode } from './context.ts'

/** Adds the command to the program; `done` is for an exit code other than 0. */
export type RegisterCommand = (program: Command, context: CliContext, done: (code: ExitCode) => void) => void

export function version(): string {
  return (createRequire(import.meta.url)('../../package.json') as { version: string }).version
}

/** For the end of a help text. */
export function examples(lines: readonly string[]): string {
  return `\nExample${lines.length > 1 ? 's' : ''}:\n${lines.map((line) => `  $ ${line}`).join('\n')}`
}
