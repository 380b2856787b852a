/** Hozon's S3 endpoint over a fresh folder, in this process, with a key of each role. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import type { AccessKey, Role } from '../../src/aws/service.ts'
import { s3Endpoint, type S3EndpointOptions } from '../../src/services/s3/endpoint.ts'
import { openLocalStore, type LocalStore } from '../../src/store/local-store.ts'
import { realHttp, type Listening } from '../../src/sys/http.ts'
import { realSys } from '../../src/sys/real.ts'

export const REGION = 'eu-west-1'

export const keyOf = (role: Role): AccessKey => ({
  accessKeyId: `HOZON${role.toUpperCase()}`,
  secretAccessKey: `secret/of+${role}`,
  role,
})

export interface Served {
  port: number
  endpoint: string
  folder: string
  store: LocalStore
  /** What was answered with 5xx. */
  failures: unknown[]
  client(role?: Role, options?: S3ClientConfig): S3Client
  end(): Promise<void>
}

export async function serve(options: Partial<S3EndpointOptions> = {}): Promise<Served> {
  const folder = await mkdtemp(join(tmpdir(), 'hozon-s3-'))
  const store = await openLocalStore(realSys, join(folder, 'store'))
  const keys = new Map(
    (['admin', 'read', 'ingest'] as const).map((role) => [keyOf(role).accessKeyId, keyOf(role)]),
  )
  const failures: unknown[] = []
  const handler = s3Endpoint({
    sys: realSys,
    objects: store.served,
    location: store.location,
    accessKeys: { find: (id) => keys.get(id) },
    region: REGION,
    names: ['localhost'],
    events: { failed: (operation, error) => failures.push([operation, error]) },
    ...options,
  })
  const listening: Listening = await realHttp.listen({ host: '127.0.0.1', port: 0 }, handler)
  const clients: S3Client[] = []
  const { port } = listening
  const endpoint = `http://127.0.0.1:${port}`
  return {
    port,
    endpoint,
    folder,
    store,
    failures,
    client(role = 'admin', config = {}) {
      const client = new S3Client({
        endpoint,
        region: REGION,
        credentials: keyOf(role),
        forcePathStyle: true,
        maxAttempts: 1,
        ...config,
      })
      clients.push(client)
      return client
    },
    async end() {
      for (const client of clients) client.destroy()
      await listening.close(0)
      await store.close()
      await rm(folder, { recursive: true })
    },
  }
}
