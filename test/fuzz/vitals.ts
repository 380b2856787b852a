/** Whether a process is well, looked at from outside all the time: it answers, its memory and its files are bounded. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { eventually, type Up } from '../hozon-process.ts'

const PROBE_EVERY_MS = 100

/** Every probe of /livez must be answered, however long that takes. */
export class Probes {
  readonly #timer: NodeJS.Timeout
  readonly #agent = new Agent({ keepAlive: true })
  sent = 0
  answered = 0
  slowestMs = 0
  readonly lost: string[] = []

  constructor(port: number) {
    this.#timer = setInterval(() => {
      const startMs = performance.now()
      this.sent++
      get({ port, host: '127.0.0.1', path: '/livez', agent: this.#agent }, (response) => {
        if (response.statusCode !== 200) this.lost.push(`answered ${response.statusCode}`)
        response.resume().on('end', () => {
          this.answered++
          this.slowestMs = Math.max(this.slowestMs, performance.now() - startMs)
        })
      }).on('error', (error) => this.lost.push(String(error)))
    }, PROBE_EVERY_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#agent.destroy()
  }

  async end(): Promise<void> {
    clearInterval(this.#timer)
    await eventually(
      () => (this.answered + this.lost.length === this.sent ? true : undefined),
      'answers of /livez',
    )
    this.stop()
    assert.deepEqual(this.lost, [])
  }
}

export interface Memory {
  rssBytes: number
  heapBytes: number
  /** Of buffers, outside the heap. */
  externalBytes: number
}

/** Collects the process's garbage through its inspector, then measures. Its port is chosen by the system. */
export class Memories {
  readonly #up: Up
  #socket: WebSocket | undefined
  #calls = 0

  /** For the environment of the process: any port instead of 9229, which another may have. */
  static readonly OPTIONS = '--inspect-port=127.0.0.1:0'

  constructor(up: Up) {
    this.#up = up
  }

  async measure(): Promise<Memory> {
    const socket = (this.#socket ??= await this.#connect())
    // Twice: what finalizers let go is free only then.
    for (let times = 0; times < 2; times++) await this.#call(socket, 'HeapProfiler.collectGarbage', {})
    const expression = 'JSON.stringify(process.memoryUsage())'
    const { result } = (await this.#call(socket, 'Runtime.evaluate', { expression })) as {
      result: { value: string }
    }
    const { heapUsed, external, rss } = JSON.parse(result.value) as NodeJS.MemoryUsage
    return { rssBytes: rss, heapBytes: heapUsed, externalBytes: external }
  }

  close(): void {
    this.#socket?.close()
  }

  async #connect(): Promise<WebSocket> {
    process.kill(this.#up.pid, 'SIGUSR1')
    const url = await eventually(() => /ws:\/\/\S+/.exec(this.#up.output().stderr)?.[0], 'the inspector')
    const socket = new WebSocket(url)
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve)
      socket.addEventListener('error', reject)
    })
    return socket
  }

  #call(socket: WebSocket, method: string, params: object): Promise<unknown> {
    const id = ++this.#calls
    return new Promise((resolve) => {
      const hear = ({ data }: MessageEvent): void => {
        const message = JSON.parse(String(data)) as { id?: number; result?: unknown }
        if (message.id !== id) return
        socket.removeEventListener('message', hear)
        resolve(message.result)
      }
      socket.addEventListener('message', hear)
      socket.send(JSON.stringify({ id, method, params }))
    })
  }
}

/** Open files and sockets of a process. */
export function descriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

/** The most memory that it ever had. */
export function peakBytes(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
}
