/** A running Hozon as AWS's clients see it: the environment that `hozon env` gives, and keys of each role. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { World } from '../end/world.ts'
import type { Up } from '../hozon-process.ts'

const BIN = resolve(import.meta.dirname, '../../bin/hozon')

export interface Key {
  id: string
  secret: string
}

export const INGEST_KEY: Key = { id: 'AKIAHOZONINGEST00000', secret: 'ingest/secret+of/the+tests' }
export const READ_KEY: Key = { id: 'AKIAHOZONREAD0000000', secret: 'read/secret+of/the+tests' }

export class Endpoint {
  readonly world = new World()
  /** The AWS_ variables that `eval "$(hozon env)"` sets. */
  env: Record<string, string> = {}
  #server: Up | undefined

  /** `prepare` sees the world before anything is in it. */
  static async start(pipeline: string, prepare: (world: World) => void = () => {}): Promise<Endpoint> {
    const endpoint = new Endpoint()
    prepare(endpoint.world)
    endpoint.world.pipeline(pipeline)
    await endpoint.world.orEnd(endpoint.#start())
    return endpoint
  }

  async #start(): Promise<void> {
    this.#server = await this.world.start()
    this.env = await hozonEnv(this.world.data)
  }

  /** Where its clients expect it. */
  async startAgain(): Promise<void> {
    this.#server = await this.world.start({}, this.port)
  }

  /** What the present process wrote to its log. */
  log(): string {
    return this.#server?.output().stderr ?? ''
  }

  get http(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get https(): string {
    return `https://127.0.0.1:${this.port}`
  }

  get port(): number {
    return Number(new URL(this.variable('AWS_ENDPOINT_URL')).port)
  }

  variable(name: string): string {
    const value = this.env[name]
    assert.ok(value, `hozon env sets ${name}`)
    return value
  }

  async addKey(role: string, key: Key): Promise<void> {
    const given = ['--role', role, '--access-key-id', key.id, '--secret-access-key', key.secret]
    const done = await this.world.run('keys', 'create', ...given)
    assert.equal(done.code, 0, done.stderr)
  }

  end(): Promise<void> {
    return this.world.end()
  }
}

/** What a shell has after `eval "$(hozon env)"`. */
async function hozonEnv(data: string): Promise<Record<string, string>> {
  const script = 'set -e; text=$("$0" env --data "$1"); eval "$text"; env -0'
  const { stdout } = await promisify(execFile)('bash', ['-c', script, BIN, data], {
    // Nothing of the caller's own AWS settings.
    env: { PATH: process.env['PATH'] ?? '', HOME: data },
  })
  return Object.fromEntries(
    stdout
      .split('\0')
      .filter((line) => line.startsWith('AWS_'))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
}
