/** A folder with a pipeline file, log files and a running Hozon; everything is gone at the end. */
import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, hozon, hozonUp, sql, type Finished, type Up } from '../hozon-process.ts'

export class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'hozon-end-'))
  readonly data = join(this.folder, 'data')
  readonly file = join(this.folder, 'hozon.yaml')
  #server: Up | undefined

  pipeline(text: string): void {
    writeFileSync(this.file, text)
  }

  append(name: string, text: string | Buffer): void {
    appendFileSync(join(this.folder, name), text)
  }

  async start(env: Record<string, string> = {}, port = 0): Promise<Up> {
    this.#server = hozonUp(this.file, this.data, { env, port })
    await this.#server.ready
    return this.#server
  }

  /** Starts what is expected to fail, beside what runs already. */
  async startToFail(): Promise<Finished> {
    const server = hozonUp(this.file, this.data)
    const started = server.ready.then(
      () => 'started' as const,
      () => server.exited,
    )
    const code = await started
    if (code === 'started') {
      await server.kill()
      assert.fail('it started although it should not')
    }
    return { code, ...server.output() }
  }

  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server !== undefined) assert.equal(await server.stop(), 0, server.output().stderr)
  }

  async kill(): Promise<void> {
    await this.#server?.kill()
    this.#server = undefined
  }

  run(...args: string[]): Promise<Finished> {
    return hozon([...args, '--data', this.data])
  }

  sql(query: string): Promise<Record<string, unknown>[]> {
    return sql(this.data, query)
  }

  async flush(): Promise<void> {
    const done = await this.run('flush')
    assert.equal(done.code, 0, done.stderr)
  }

  /** Until the table and its rejected lines together have this many rows. */
  async rows(table: string, count: number): Promise<void> {
    await eventually(async () => {
      const [row] = await this.sql(
        `SELECT (SELECT count(*) FROM ${table}) + (SELECT count(*) FROM ${table}_errors) AS n`,
      )
      return Number(row?.['n']) === count ? true : undefined
    }, `${count} rows of ${table}`)
  }

  /** A start that fails leaves nothing: a server that nobody ends would keep the test's process for ever. */
  async orEnd<T>(starting: Promise<T>): Promise<T> {
    try {
      return await starting
    } catch (error) {
      await this.end()
      throw error
    }
  }

  async end(): Promise<void> {
    await this.kill()
    rmSync(this.folder, { recursive: true })
  }
}
