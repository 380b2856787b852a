/**
 * AWS's own model of a service, out of botocore as PyPI has it today: downloaded once a week into the user's cache. A model that AWS changed
 * is a failure that somebody should see.
 */
import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'

/** The first whose model of Firehose has all that our shapes have. */
const PACKAGE = 'botocore>=1.43'
const AGE_MS_MAX = 7 * 86_400_000

/** As service-2.json has them, without what we do not compare. */
export interface ModelShape {
  type: string
  members?: Record<string, { shape: string }>
  required?: string[]
  member?: { shape: string }
  key?: { shape: string }
  value?: { shape: string }
  min?: number
  max?: number
  pattern?: string
  enum?: string[]
  sensitive?: boolean
}

export interface Model {
  metadata: { targetPrefix: string; signingName?: string; endpointPrefix: string }
  operations: Record<string, { input?: { shape: string } }>
  shapes: Record<string, ModelShape>
}

/** `version`: `2015-08-04`. Throws with one line that says what is missing. */
export async function loadModel(service: string, version: string): Promise<Model> {
  const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'hozon-test', 'botocore')
  if (!(await isFresh(folder))) await install(folder)
  const [python] = await readdir(join(folder, 'lib'))
  const file = join(
    folder,
    'lib',
    python!,
    'site-packages/botocore/data',
    service,
    version,
    'service-2.json.gz',
  )
  return JSON.parse(gunzipSync(await readFile(file)).toString()) as Model
}

async function isFresh(folder: string): Promise<boolean> {
  try {
    // Made last: a folder without it was left half-way.
    return Date.now() - (await stat(join(folder, 'installed'))).mtimeMs < AGE_MS_MAX
  } catch {
    return false
  }
}

async function install(folder: string): Promise<void> {
  const run = promisify(execFile)
  try {
    await mkdir(folder, { recursive: true })
    await run('python3', ['-m', 'venv', folder])
    await run(join(folder, 'bin/pip'), ['install', '--quiet', '--upgrade', PACKAGE])
    await run('touch', [join(folder, 'installed')])
  } catch (error) {
    throw new Error(`no model of AWS: \`pip install ${PACKAGE}\` needs python3 with venv, and PyPI`, {
      cause: error,
    })
  }
}
