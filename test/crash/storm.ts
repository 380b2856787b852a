/** What crash tests share: a folder with logs and DIR, writers, servers that are killed; nothing of it survives the test. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { eventually, hozon, hozonUp, type Up } from '../hozon-process.ts'
import { startWriters, type WriterSpec } from './writers.ts'

const PIPELINE = {
  bucket: 'logs',
  // Small, so that there are many deliveries to hit.
  buffer: '{size: 1MiB, interval: 1s}',
}

export class Storm {
  readonly folder: string
  /** DIR */
  data: string
  readonly file: string
  env: Record<string, string> = {}
  /** For clients that come back after a restart. */
  port = 0
  readonly #servers: Up[] = []
  readonly #ends: (() => void)[] = []
  #writers: ReturnType<typeof startWriters> | undefined

  constructor(t: TestContext, name: string) {
    this.folder = mkdtempSync(join(tmpdir(), `hozon-${name}-`))
    this.data = join(this.folder, 'data')
    this.file = join(this.folder, 'hozon.yaml')
    this.pipeline()
    t.after(async () => {
      this.#writers?.kill()
      for (const server of this.#servers) await server.kill()
      for (const end of this.#ends) end()
      rmSync(this.folder, { recursive: true })
    })
  }

  /** One stream `lines`. `store`: the file's section of that name. */
  pipeline(store = ''): void {
    const { bucket, buffer } = PIPELINE
    writeFileSync(
      this.file,
      `version: 1
streams:
  lines:
    collect: [{tail: {paths: [${this.folder}/*.log]}}]
    deliver: {bucket: ${bucket}, buffer: ${buffer}}
    table: logs.lines
${store}`,
    )
  }

  /** Before the folder is removed, when no server uses it any more. */
  atEnd(end: () => void): void {
    this.#ends.push(end)
  }

  /**
   * Resolves when the running server has seen a file of each writer. A file that was rotated away before Hozon ever saw
   * one of its name is not Hozon's to read, since the rotated name matches no glob.
   */
  async write(...specs: WriterSpec[]): Promise<void> {
    this.#writers = startWriters(this.folder, specs)
    await eventually(async () => {
      const status = await this.run('status')
      const isSeen = specs.every(({ name }) => new RegExp(`/${name}\\.log\\S* +[1-9]`).test(status.stdout))
      return isSeen ? true : undefined
    }, 'Hozon reads a file of each writer')
  }

  /** Lines per writer. */
  async written(): Promise<Map<string, number>> {
    assert.ok(this.#writers)
    const written = await this.#writers.stop()
    this.#writers = undefined
    return written
  }

  up(): Up {
    const server = hozonUp(this.file, this.data, { env: this.env, port: this.port })
    this.#servers.push(server)
    return server
  }

  run(...args: string[]): ReturnType<typeof hozon> {
    return hozon([...args, '--data', this.data], { env: this.env })
  }
}

export async function stopWell(server: Up): Promise<void> {
  assert.equal(await server.stop(), 0, server.output().stderr)
}
