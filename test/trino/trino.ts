/** A running Trino of one node whose catalogs are those that are given. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findTrino, type TrinoProgram } from './trino-program.ts'
import type { Signature } from './trino-text.ts'

const POLL_MS = 100
/** Many small queries, one after the other: what starts soon is better than what runs fast in the end. */
const JAVA_OPTIONS = [
  '-Xmx1G',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:+ExitOnOutOfMemoryError',
  '-Djdk.attach.allowAttachSelf=true',
  '--enable-native-access=ALL-UNNAMED',
  '--sun-misc-unsafe-memory-access=allow',
]

/** Arrays and rows are not asked for as such. */
export type Cell = string | number | boolean | null

export interface Answer {
  columns: { name: string; type: string }[]
  rows: Cell[][]
}

/** Of any types; integers that are too large for a number are texts. */
export interface Values {
  types: Signature[]
  rows: unknown[][]
}

interface Page {
  nextUri?: string
  columns?: { name: string; type: string; typeSignature: Signature }[]
  data?: unknown[][]
  error?: { errorName: string; message: string }
}

export class Trino {
  readonly #folder = mkdtempSync(join(tmpdir(), 'hozon-trino-'))
  #child: ChildProcess | undefined
  #url = ''

  /** `catalogs`: the text of the properties of each. */
  static async start(catalogs: Record<string, string>): Promise<Trino> {
    const trino = new Trino()
    try {
      await trino.#start(await findTrino(), catalogs)
    } catch (error) {
      await trino.stop()
      throw error
    }
    return trino
  }

  async #start({ java, library, plugins }: TrinoProgram, catalogs: Record<string, string>): Promise<void> {
    const port = await freePort()
    this.#url = `http://127.0.0.1:${port}`
    const folder = join(this.#folder, 'catalogs')
    mkdirSync(folder)
    for (const [name, text] of Object.entries(catalogs))
      writeFileSync(join(folder, `${name}.properties`), text)
    const file = join(this.#folder, 'config.properties')
    writeFileSync(file, configuration(port, folder, plugins))
    const log = join(this.#folder, 'log')
    const main = ['-cp', join(library, '*'), 'io.trino.server.TrinoServer']
    this.#child = spawn(java, [...JAVA_OPTIONS, `-Dconfig=${file}`, `-Dlog.path=${log}`, ...main], {
      cwd: this.#folder,
      stdio: 'ignore',
    })
    while (!(await this.#isReady())) {
      if (this.#child.exitCode !== null)
        throw new Error(`Trino ended before it was ready:\n${readFileSync(log, 'utf8').slice(-4000)}`)
      await sleep(POLL_MS)
    }
  }

  async #isReady(): Promise<boolean> {
    try {
      const answer = await fetch(`${this.#url}/v1/info`)
      return answer.ok && !((await answer.json()) as { starting: boolean }).starting
    } catch {
      // It does not listen yet.
      return false
    }
  }

  /** To its end. A statement that fails rejects with Trino's name of the error and its text. */
  async query(sql: string, catalog = 'awsdatacatalog'): Promise<Answer> {
    const { columns = [], data = [] } = await this.#run(sql, catalog)
    return { columns, rows: data as Cell[][] }
  }

  async values(sql: string): Promise<Values> {
    const { columns = [], data = [] } = await this.#run(sql, 'system')
    return { types: columns.map(({ typeSignature }) => typeSignature), rows: data }
  }

  async #run(sql: string, catalog: string): Promise<Page> {
    const headers = { 'x-trino-user': 'test', 'x-trino-catalog': catalog, 'x-trino-time-zone': 'UTC' }
    const whole: Page & { data: unknown[][] } = { data: [] }
    let page = await pageOf(await fetch(`${this.#url}/v1/statement`, { method: 'POST', body: sql, headers }))
    for (;;) {
      if (page.error !== undefined) throw new Error(`${page.error.errorName}: ${page.error.message}`)
      whole.data.push(...(page.data ?? []))
      if (page.columns !== undefined) whole.columns = page.columns
      if (page.nextUri === undefined) return whole
      page = await pageOf(await fetch(page.nextUri, { headers }))
    }
  }

  async stop(): Promise<void> {
    const child = this.#child
    if (child !== undefined && child.exitCode === null) {
      const closed = once(child, 'close')
      child.kill('SIGKILL')
      await closed
    }
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

async function pageOf(answer: Response): Promise<Page> {
  if (!answer.ok) throw new Error(`Trino answered ${answer.status}: ${await answer.text()}`)
  return JSON.parse(await answer.text(), exactly) as Page
}

function exactly(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source ?? ''
  return typeof value === 'number' && /^-?\d+$/.test(source) && !Number.isSafeInteger(value) ? source : value
}

function configuration(port: number, catalogs: string, plugins: string): string {
  return `node.environment=test
node.internal-address=127.0.0.1
node.bind-ip=127.0.0.1
http-server.http.port=${port}
discovery.uri=http://127.0.0.1:${port}
coordinator=true
node-scheduler.include-coordinator=true
catalog.config-dir=${catalogs}
plugin.dir=${plugins}
query.max-memory=300MB
query.max-memory-per-node=300MB
memory.heap-headroom-per-node=200MB
`
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
