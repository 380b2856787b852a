/** One connection, byte by byte under the hand of a case: what HTTP's own clients would never send. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { readAnswers, type Answer } from './answers.ts'

/** Far longer than the server's own limits of time. */
const PATIENCE_MS = 90_000

export class RawConnection {
  readonly socket: Socket
  readonly answers: Answer[] = []
  #rest: Buffer = Buffer.alloc(0)
  #broken: Error | undefined
  #changed: () => void = () => {}

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (bytes: Buffer) => {
      try {
        this.#rest = readAnswers(Buffer.concat([this.#rest, bytes]), (answer) => this.answers.push(answer))
      } catch (error) {
        this.#broken ??= error as Error
      }
      this.#changed()
    })
    // A connection that the server cuts is what some cases are about.
    socket.on('error', () => {})
    socket.on('close', () => this.#changed())
  }

  static async open(port: number): Promise<RawConnection> {
    const socket = connect(port, '127.0.0.1').setNoDelay(true)
    await once(socket, 'connect')
    return new RawConnection(socket)
  }

  write(...pieces: (Buffer | string)[]): this {
    const bytes = Buffer.concat(
      pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)),
    )
    if (this.socket.writable) this.socket.write(bytes)
    return this
  }

  /** Until there are as many answers, or the connection is closed. */
  async hear(count: number): Promise<Answer[]> {
    const deadline = Date.now() + PATIENCE_MS
    while (this.answers.length < count && !this.socket.closed) {
      assert.ok(Date.now() < deadline, `${this.answers.length} of ${count} answers, and no end`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1000)
        this.#changed = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    this.#checkBytes()
    return this.answers
  }

  /** All that comes until the server closes. */
  heard(): Promise<Answer[]> {
    return this.hear(Infinity)
  }

  cut(): void {
    this.socket.destroy()
  }

  #checkBytes(): void {
    if (this.#broken !== undefined) throw this.#broken
    assert.equal(
      this.#rest.length,
      0,
      `more than answers came: ${this.#rest.toString('latin1').slice(0, 200)}`,
    )
  }
}
