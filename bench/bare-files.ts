/** `node bare-files.ts FOLDER`: PUT writes the body to a file and makes it durable, GET sends a file. Prints its port. */
import { createReadStream, createWriteStream } from 'node:fs'
import { open, rename, stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

const [folder = ''] = process.argv.slice(2)
let uploads = 0

async function put(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
  const temporary = join(folder, `upload-${uploads++}`)
  await pipeline(request, createWriteStream(temporary, { flush: true }))
  await rename(temporary, path)
  const directory = await open(folder)
  await directory.sync()
  await directory.close()
  response.end()
}

async function get(response: ServerResponse, path: string): Promise<void> {
  const { size } = await stat(path)
  response.setHeader('Content-Length', size)
  await pipeline(createReadStream(path, { highWaterMark: 256 * 1024 }), response)
}

const server = createServer((request, response) => {
  const path = join(folder, basename(new URL(request.url ?? '', 'http://bare').pathname))
  const served = request.method === 'PUT' ? put(request, response, path) : get(response, path)
  served.catch((error: unknown) => response.destroy(error as Error))
})
server.listen(0, '127.0.0.1', () =>
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port })),
)
