/** Many requests on one connection, several under way: answers must come in order, one for each. */
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { awsError, readAnswers, type Answer } from './answers.ts'

export interface Case {
  /** Tells its author what it was. */
  kind: string
  wire: Buffer
  /** Names of errors of which it must be one; `200` for a success. */
  expected: readonly string[]
  /** Called with the answer once it was found to be one that is expected. */
  answered?: (error: string | undefined, answer: Answer) => void
}

interface Waiting extends Case {
  resolve: () => void
}

/** One connection; opened anew whenever the server has closed it, as it may after an answer that says so. */
export class Pipe {
  readonly #port: number
  readonly #failed: (error: unknown) => void
  #socket: Socket | undefined
  #waiting: Waiting[] = []
  #rest: Buffer = Buffer.alloc(0)
  connections = 0

  constructor(port: number, failed: (error: unknown) => void) {
    this.#port = port
    this.#failed = failed
  }

  /** Sends it; resolves when it is answered as expected, and else the whole run fails. */
  send(sent: Case): Promise<void> {
    return new Promise((resolve) => {
      this.#socket ??= this.#open()
      this.#waiting.push({ ...sent, resolve })
      this.#socket.write(sent.wire)
    })
  }

  close(): void {
    assert.equal(this.#waiting.length, 0, 'nothing is closed before it is answered')
    this.#socket?.destroy()
    this.#socket = undefined
  }

  #open(): Socket {
    const socket = connect(this.#port, '127.0.0.1').setNoDelay(true)
    this.connections++
    socket.on('data', (bytes) => this.#guard(() => this.#take(bytes)))
    // What follows is a close, and that is looked at.
    socket.on('error', () => {})
    socket.on('close', () =>
      this.#guard(() => {
        if (this.#socket !== socket) return
        this.#socket = undefined
        const [first] = this.#waiting
        assert.ok(first === undefined, `closed without an answer to ${first?.kind}: ${show(first?.wire)}`)
      }),
    )
    return socket
  }

  #take(bytes: Buffer): void {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    this.#rest = readAnswers(all, (answer) => this.#answered(answer))
  }

  #answered(answer: Answer): void {
    const waiting = this.#waiting.shift()
    assert.ok(waiting !== undefined, `an answer that nobody waits for: ${show(answer.body)}`)
    try {
      checkAnswer(waiting, answer)
    } finally {
      waiting.resolve()
    }
  }

  #guard(action: () => void): void {
    try {
      action()
    } catch (error) {
      this.#failed(error)
      // Nothing that comes now can be matched with what was asked.
      this.#socket?.destroy()
      this.#socket = undefined
      this.#waiting.splice(0).forEach(({ resolve }) => resolve())
    }
  }
}

export function checkAnswer({ kind, wire, expected, answered }: Case, answer: Answer): void {
  const isAws = answer.headers.has('content-type')
  const error = isAws ? awsError(answer) : 'no answer of AWS'
  const name = error ?? '200'
  if (!expected.includes(name))
    assert.fail(
      `${kind}: answered ${answer.status} ${show(answer.body)}, expected ${expected.join(' or ')}; request:\n${show(wire)}`,
    )
  answered?.(error, answer)
}

/** What fits into a failure: the head, and the beginning and the end of the body. */
export function show(bytes: Buffer | undefined): string {
  if (bytes === undefined) return ''
  const text = bytes.toString('latin1')
  return text.length < 6000 ? text : `${text.slice(0, 4000)} … ${text.length} bytes … ${text.slice(-1500)}`
}
