/** Objects of the embedded store, read by libraries of others. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import { python } from '../python/venv.ts'

const READER = resolve(import.meta.dirname, 'read_objects.py')

/** A bucket of the embedded store of this data folder. */
export class Bucket {
  readonly #folder: string

  constructor(data: string, bucket: string) {
    this.#folder = join(data, 'store', bucket)
  }

  /** Ascending, without what is Hozon's own. */
  keys(prefix = ''): string[] {
    return globSync('**/*', { cwd: this.#folder, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(this.#folder, join(entry.parentPath, entry.name)))
      .filter((key) => key.startsWith(prefix) && !/^[_.]/.test(key))
      .sort()
  }

  /** What the objects hold, unpacked. */
  async read(kind: string, keys: readonly string[]): Promise<Buffer[]> {
    return ((await this.#print(kind, keys)) as string[]).map((text) => Buffer.from(text, 'base64'))
  }

  /** Of each Parquet object. */
  async rows(keys: readonly string[]): Promise<Record<string, unknown>[][]> {
    return (await this.#print('parquet', keys)) as Record<string, unknown>[][]
  }

  async #print(kind: string, keys: readonly string[]): Promise<unknown[]> {
    assert.ok(keys.length > 0, 'there are objects')
    const paths = keys.map((key) => join(this.#folder, key))
    const { stdout } = await promisify(execFile)(await python(), [READER, kind, ...paths], {
      maxBuffer: 64 * 1024 * 1024,
    })
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line): unknown => JSON.parse(line))
  }
}
