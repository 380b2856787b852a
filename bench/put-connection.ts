/** One keep-alive connection of a client that does as little as it can: writes requests, waits for whole answers. */
import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'

export interface Place {
  host: string
  port: number
  isTls?: boolean
}

export interface PutConnection {
  /** One at a time. Resolves to the status, 200 or 503 (slow down); rejects at any other answer. */
  send(head: string, body: Buffer): Promise<number>
  close(): void
}

export async function openConnection({ host, port, isTls = false }: Place): Promise<PutConnection> {
  // Whom it trusts is not what is measured.
  const socket = isTls
    ? connectTls({ host, port, rejectUnauthorized: false })
    : connectTcp({ host, port, noDelay: true })
  await once(socket, isTls ? 'secureConnect' : 'connect')
  let waiting: PromiseWithResolvers<number> | undefined
  let head: Buffer | undefined
  let status = 0
  let missing = 0
  const fail = (error: Error): void => waiting?.reject(error)
  socket.on('error', fail).on('close', () => fail(new Error('the server closed the connection')))
  socket.on('data', (bytes: Buffer) => {
    if (missing === 0) {
      head = head === undefined ? bytes : Buffer.concat([head, bytes])
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return
      const text = head.toString('latin1', 0, end)
      status = Number(text.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length))
      if (status !== 200 && status !== 503) return fail(new Error(head.toString('latin1', 0, 1000)))
      missing = Number(/content-length: (\d+)/i.exec(text)?.[1]) - (head.length - end - 4)
      head = undefined
    } else missing -= bytes.length
    if (missing === 0) waiting?.resolve(status)
  })
  return {
    send(text, body) {
      waiting = Promise.withResolvers<number>()
      socket.cork()
      socket.write(text, 'latin1')
      socket.write(body)
      socket.uncork()
      return waiting.promise
    },
    close: () => void socket.destroy(),
  }
}
