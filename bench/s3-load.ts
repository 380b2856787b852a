/**
 * `node s3-load.ts JOB`: puts and gets objects as a client of S3 does, signed, over keep-alive connections of its own process.
 * The body of a PUT is not hashed (UNSIGNED-PAYLOAD), as over HTTPS; the server is what is measured. Prints a LoadResult.
 */
import { Agent, request as requestNode, type OutgoingHttpHeaders } from 'node:http'
import { SignatureV4 } from '@smithy/signature-v4'
import { Sha256 } from '../src/aws/testing/sha256.ts'

export interface S3Load {
  port: number
  accessKeyId: string
  secretAccessKey: string
  bucket: string
  method: 'PUT' | 'GET'
  objects: number
  objectBytes: number
  connections: number
}

export interface S3LoadResult {
  seconds: number
}

const job = JSON.parse(process.argv[2] ?? '') as S3Load
const { port, bucket, method, objects, objectBytes, connections } = job
const agent = new Agent({ keepAlive: true, maxSockets: connections })
const signer = new SignatureV4({
  credentials: job,
  region: 'us-east-1',
  service: 's3',
  sha256: Sha256,
  uriEscapePath: false,
  applyChecksum: false,
})
const body = Buffer.alloc(method === 'PUT' ? objectBytes : 0, 'some bytes of an object ')

async function signedHeaders(path: string): Promise<OutgoingHttpHeaders> {
  const headers = { host: `127.0.0.1:${port}`, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }
  const plain = { protocol: 'http:', hostname: '127.0.0.1', port, method, path, query: {}, headers }
  return { ...(await signer.sign(plain)).headers, 'content-length': body.length }
}

async function transfer(path: string, headers: OutgoingHttpHeaders): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const request = requestNode({ host: '127.0.0.1', port, method, path, headers, agent }, (response) => {
    let bytes = 0
    response.on('data', (chunk: Buffer) => (bytes += chunk.length))
    response.on('end', () => {
      const isWhole = method === 'PUT' || bytes === objectBytes
      if (response.statusCode === 200 && isWhole) resolve()
      else reject(new Error(`${method} ${path}: ${response.statusCode}, ${bytes} bytes`))
    })
  })
  request.on('error', reject)
  request.end(body)
  await promise
}

// Signed beforehand: the client's own work is not what is measured.
const requests: { path: string; headers: OutgoingHttpHeaders }[] = []
for (let number = 0; number < objects; number++) {
  const path = `/${bucket}/object-${number}`
  requests.push({ path, headers: await signedHeaders(path) })
}
const startedMs = performance.now()
const workers = Array.from({ length: connections }, async () => {
  for (let next = requests.pop(); next !== undefined; next = requests.pop())
    await transfer(next.path, next.headers)
})
await Promise.all(workers)
const result: S3LoadResult = { seconds: (performance.now() - startedMs) / 1000 }
console.log(JSON.stringify(result))
process.exit(0)
