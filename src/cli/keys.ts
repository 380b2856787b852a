/** `hozon keys`: through the running server, and where none runs, in the file itself. */
import { Option, type Command } from 'commander'
import type { Role } from '../aws/service.ts'
import { HozonError } from '../base/errors.ts'
import type { ListedKey, NewKey } from '../console/access-keys.ts'
import type { SavedKey } from '../console/credentials.ts'
import type { CliContext } from './context.ts'
import { examples, type RegisterCommand } from './command.ts'
import { dataDirectory, dataOption } from './options.ts'
import { layOut } from './output/layout.ts'
import { withoutControlCharacters } from './output/plain-text.ts'

/** A secret has 128 characters at most; more on stdin is something else. */
const STDIN_CHARS_MAX = 1024

interface KeyOptions {
  data: string
  format: 'table' | 'json'
}

interface CreateOptions extends KeyOptions {
  role: Role
  description?: string
  accessKeyId?: string
  secretAccessKey?: string
}

export const keysCommand: RegisterCommand = (program, context) => {
  const keys = program.command('keys').description('access keys of those who use the endpoint')
  registerCreate(keys, context)
  keys
    .command('list')
    .description('all keys, without their secrets')
    .addOption(dataOption())
    .addOption(formatOption())
    .addHelpText('after', examples(['hozon keys list', 'hozon keys list --format json']))
    .action(async (options: KeyOptions) => {
      context.stdout.write(
        listText(await listKeys(context, dataDirectory(context, options)), options, context),
      )
    })
  keys
    .command('revoke')
    .description('take a key back: requests with it are refused from now on')
    .argument('<id>', 'the access key id')
    .addOption(dataOption())
    .addHelpText('after', examples(['hozon keys revoke HOZONAB2CD3EF4GH5IJ6']))
    .action(async (id: string, options: KeyOptions) => {
      await revokeKey(context, dataDirectory(context, options), id)
      context.stdout.write(`revoked ${id}\n`)
    })
}

function registerCreate(keys: Command, context: CliContext): void {
  keys
    .command('create')
    .description('make a key, or take over an existing pair; its secret is printed this once')
    .addOption(
      new Option('--role <role>', 'ingest: put records; read: describe, list and query; admin: everything')
        .choices(['ingest', 'read', 'admin'])
        .makeOptionMandatory(),
    )
    .option('--description <text>', 'whose it is')
    .option('--access-key-id <id>', 'of an existing pair')
    .option('--secret-access-key <secret>', 'of an existing pair; -: a line of standard input')
    .addOption(dataOption())
    .addOption(formatOption())
    .addHelpText('after', examples(['hozon keys create --role ingest --description "Fluent Bit on web-1"']))
    .action(async (options: CreateOptions) => {
      const key = await toNewKey(context, options)
      const made = await createKey(context, dataDirectory(context, options), key)
      context.stdout.write(options.format === 'json' ? `${JSON.stringify(made)}\n` : madeText(made))
    })
}

function formatOption(): Option {
  return new Option('--format <format>', 'how to print').choices(['table', 'json']).default('table')
}

async function toNewKey(context: CliContext, options: CreateOptions): Promise<NewKey> {
  const { role, description, accessKeyId, secretAccessKey: given } = options
  const secretAccessKey = given === '-' ? await firstLine(context.stdin) : given
  return {
    role,
    ...(description === undefined ? {} : { description }),
    ...(accessKeyId === undefined ? {} : { accessKeyId }),
    ...(secretAccessKey === undefined ? {} : { secretAccessKey }),
  }
}

function createKey(context: CliContext, directory: string, key: NewKey): Promise<SavedKey> {
  return onlineOrOffline(
    async () => (await context.connect(directory)).createKey(key),
    async () => {
      const { withOfflineKeys } = await import('../server/offline-keys.ts')
      return withOfflineKeys(context.sys, directory, (keys) => keys.create(key))
    },
  )
}

function revokeKey(context: CliContext, directory: string, accessKeyId: string): Promise<void> {
  return onlineOrOffline(
    async () => (await context.connect(directory)).revokeKey(accessKeyId),
    async () => {
      const { withOfflineKeys } = await import('../server/offline-keys.ts')
      return withOfflineKeys(context.sys, directory, (keys) => keys.revoke(accessKeyId))
    },
  )
}

/** Looks only: the file is always whole, so that no lock is needed, and nothing is made where nothing is. */
function listKeys(context: CliContext, directory: string): Promise<ListedKey[]> {
  return onlineOrOffline(
    async () => (await context.connect(directory)).listKeys(),
    async () => {
      const { readCredentials } = await import('../console/credentials.ts')
      const { withoutSecret } = await import('../console/access-keys.ts')
      const { noServer } = await import('../console/server-file.ts')
      const credentials = await readCredentials(context.sys.files, directory)
      if (credentials === undefined) throw noServer(directory)
      return credentials.accessKeys.map(withoutSecret)
    },
  )
}

async function onlineOrOffline<T>(online: () => Promise<T>, offline: () => Promise<T>): Promise<T> {
  try {
    return await online()
  } catch (error) {
    if (error instanceof HozonError && error.code === 'HOZON_SERVER_NONE') return offline()
    throw error
  }
}

async function firstLine(stdin: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const chunk of stdin) {
    text += String(chunk)
    if (text.includes('\n') || text.length > STDIN_CHARS_MAX) break
  }
  return text.split(/\r?\n/)[0] ?? ''
}

function madeText({ accessKeyId, secretAccessKey, role }: SavedKey): string {
  return `access key id      ${accessKeyId}
secret access key  ${secretAccessKey}
role               ${role}

The secret is not shown again.
`
}

function listText(keys: readonly ListedKey[], { format }: KeyOptions, { stdout }: CliContext): string {
  if (format === 'json') return `${JSON.stringify(keys)}\n`
  if (keys.length === 0) return 'no keys; make one with `hozon keys create`\n'
  const rows = keys.map(({ accessKeyId, role, createdAt, description }) => [
    accessKeyId,
    role,
    createdAt,
    withoutControlCharacters(description),
  ])
  const cells = [['access key id', 'role', 'created', 'description'], ...rows]
  return layOut(
    cells.map((row) => row.map((text) => ({ text, align: 'left' as const }))),
    stdout.isTerminal ? stdout.columns() : undefined,
  )
}
