/** `hozon env`: what makes AWS's clients in a shell talk to the running server. */
import { HozonError } from '../base/errors.ts'
import type { SavedKey } from '../console/credentials.ts'
import type { CliContext } from './context.ts'
import { examples, type RegisterCommand } from './command.ts'
import { dataDirectory, dataOption } from './options.ts'

interface EnvOptions {
  data: string
  key?: string
  https?: true
}

/**
 * What would get in the way. A session token belongs to another key; the SDK for JavaScript takes a profile before the
 * keys; an endpoint for one service goes before the one for all.
 */
const IN_THE_WAY = [
  'AWS_SESSION_TOKEN',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'AWS_ENDPOINT_URL_FIREHOSE',
  'AWS_ENDPOINT_URL_S3',
  'AWS_ENDPOINT_URL_GLUE',
  'AWS_ENDPOINT_URL_ATHENA',
]

export const envCommand: RegisterCommand = (program, context) => {
  program
    .command('env')
    .description("print shell exports with which AWS's command line and SDKs talk to the running server")
    .addOption(dataOption())
    .option('--key <id>', 'the access key; default: the oldest with the role admin')
    .option('--https', 'an https URL, with what clients need to trust it')
    .addHelpText('after', examples(['hozon env', 'eval "$(hozon env)"', 'eval "$(hozon env --https)"']))
    .action(async (options: EnvOptions) => {
      context.stdout.write(await envText(context, options))
      await warnUnlessServed(context, dataDirectory(context, options))
    })
}

async function envText(context: CliContext, options: EnvOptions): Promise<string> {
  const { readServerFile } = await import('../console/server-file.ts')
  const { readCredentials } = await import('../console/credentials.ts')
  const { authorityFile } = await import('../console/certificates/authority.ts')
  const directory = dataDirectory(context, options)
  const { host, port, region, hasAuthority } = await readServerFile(context.sys.files, directory)
  const keys = (await readCredentials(context.sys.files, directory))?.accessKeys ?? []
  const { accessKeyId, secretAccessKey } = chooseKey(keys, options.key)
  const scheme = options.https === true ? 'https' : 'http'
  const ca = authorityFile(directory)
  const exports = {
    AWS_ENDPOINT_URL: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: region,
    // The command line and boto3 look at this one only.
    AWS_DEFAULT_REGION: region,
    ...(hasAuthority ? { AWS_CA_BUNDLE: ca } : {}),
    // Node adds this to what it trusts; it does not look at AWS_CA_BUNDLE.
    ...(hasAuthority && options.https === true ? { NODE_EXTRA_CA_CERTS: ca } : {}),
  }
  const lines = Object.entries(exports).map(([name, value]) => `export ${name}=${quoted(value)}\n`)
  return `unset ${IN_THE_WAY.join(' ')}\n${lines.join('')}`
}

/** After a crash server.json is still there; what is printed is right again as soon as the server is. */
async function warnUnlessServed(context: CliContext, directory: string): Promise<void> {
  try {
    const server = await context.connect(directory)
    await server.listKeys()
  } catch (error) {
    if (!(error instanceof HozonError)) throw error
    const hint = error.hint === undefined ? '' : `; ${error.hint}`
    context.stderr.write(`hozon: warning: ${error.message}${hint}\n`)
  }
}

function chooseKey(keys: readonly SavedKey[], accessKeyId: string | undefined): SavedKey {
  const found = keys.find((key) =>
    accessKeyId === undefined ? key.role === 'admin' : key.accessKeyId === accessKeyId,
  )
  if (found !== undefined) return found
  if (accessKeyId === undefined) {
    const hint = 'make one with `hozon keys create --role admin`, or name another with --key'
    throw new HozonError('HOZON_KEY_UNKNOWN', 'there is no key with the role admin', {
      op: 'choose key',
      hint,
    })
  }
  const details = { op: 'choose key', target: accessKeyId, hint: 'see `hozon keys list`' }
  throw new HozonError('HOZON_KEY_UNKNOWN', 'there is no such key', details)
}

/** For every POSIX shell: in single quotes nothing has a meaning but the quote itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
