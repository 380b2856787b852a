/**
 * `node bare-http.ts ANSWER_BYTES [CERTIFICATE KEY]`: the least that a Node HTTP server can do: reads the body, forgets it and
 * answers with as many bytes. With a certificate it speaks TLS. Prints its port.
 */
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

const [answerBytes = '', certificate, key] = process.argv.slice(2)
const answer = Buffer.alloc(Number(answerBytes), 'x')
const handler: RequestListener = (request, response) => {
  let bytes = 0
  request.on('data', (chunk: Buffer) => (bytes += chunk.length))
  request.on('end', () => {
    response.writeHead(200, { 'Content-Type': 'application/x-amz-json-1.1', 'Content-Length': answer.length })
    response.end(answer)
  })
}
const server =
  certificate === undefined || key === undefined
    ? createServer(handler)
    : createTlsServer({ cert: readFileSync(certificate), key: readFileSync(key) }, handler)
server.listen(0, '127.0.0.1', () =>
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port })),
)
