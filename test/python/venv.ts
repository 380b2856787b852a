/** Python with the packages of requirements.txt, installed once into the user's cache. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const REQUIREMENTS = resolve(import.meta.dirname, 'requirements.txt')
export const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'hozon-test')

const run = promisify(execFile)

/** The interpreter. `requirements`: of a suite that needs more than the others. */
export async function python(requirements: string = REQUIREMENTS): Promise<string> {
  const wanted = readFileSync(requirements)
  const hash = createHash('sha256').update(wanted).digest('hex').slice(0, 12)
  const folder = join(CACHE, `python-${hash}`)
  const complete = join(folder, 'complete')
  if (!existsSync(complete)) {
    // What an interrupted installation left is not trusted.
    rmSync(folder, { recursive: true, force: true })
    await install(folder, requirements)
    writeFileSync(complete, '')
  }
  return join(folder, 'bin', 'python')
}

async function install(folder: string, requirements: string): Promise<void> {
  console.log(`installing ${requirements} into ${folder}: once, about half a minute`)
  mkdirSync(folder, { recursive: true })
  try {
    await run('python3', ['-m', 'venv', folder])
    await run(join(folder, 'bin', 'pip'), [
      'install',
      '--quiet',
      '--no-compile',
      '--requirement',
      requirements,
    ])
  } catch (error) {
    const hint = 'needs python3 (3.10 or newer) with venv (Debian: python3-venv) and PyPI'
    throw new Error(`can not install ${requirements}: ${hint}`, { cause: error })
  }
}

/** A package's source archive, unpacked once: for what wheels leave out. */
export async function sourceOf(name: string, version: string): Promise<string> {
  const interpreter = await python()
  const folder = join(CACHE, `source-${name}-${version}`)
  const root = join(folder, `${name}-${version}`)
  const complete = join(folder, 'complete')
  if (!existsSync(complete)) {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    const only = ['--no-deps', '--no-binary', name, '--dest', folder]
    await run(interpreter, ['-m', 'pip', 'download', '--quiet', ...only, `${name}==${version}`])
    await run('tar', ['xzf', `${root}.tar.gz`, '-C', folder])
    writeFileSync(complete, '')
  }
  return root
}

/** The version that requirements.txt pins. */
export function pinned(name: string): string {
  const version = new RegExp(`^${name}==(\\S+)$`, 'm').exec(readFileSync(REQUIREMENTS, 'utf8'))?.[1]
  if (version === undefined) throw new Error(`${REQUIREMENTS} does not pin ${name}`)
  return version
}
