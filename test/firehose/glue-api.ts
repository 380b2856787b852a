/** Glue's API by signed requests: what a test needs of it is three operations. */
import assert from 'node:assert/strict'
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import type { FirehoseWorld } from './firehose-world.ts'

/** Name -> Glue type. */
export type GlueColumns = Record<string, string>

export interface GlueApi {
  call(operation: string, body: object): Promise<Record<string, unknown>>
  createDatabase(name: string): Promise<void>
  createTable(database: string, name: string, columns: GlueColumns): Promise<void>
  /** A new version with these columns. */
  updateTable(database: string, name: string, columns: GlueColumns): Promise<void>
}

export function glueApi(firehose: FirehoseWorld): GlueApi {
  async function call(operation: string, body: object): Promise<Record<string, unknown>> {
    const { host, hostname, port } = new URL(firehose.control.url)
    const signer = new SignatureV4({
      credentials: firehose.accessKey,
      region: 'eu-west-1',
      service: 'glue',
      sha256: Sha256,
    })
    const text = JSON.stringify(body)
    const signed = await signer.sign({
      method: 'POST',
      protocol: 'http:',
      hostname,
      port: Number(port),
      path: '/',
      query: {},
      headers: {
        host,
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSGlue.${operation}`,
      },
      body: text,
    })
    const answer = await fetch(firehose.control.url, { method: 'POST', headers: signed.headers, body: text })
    const content = await answer.text()
    assert.equal(answer.status, 200, `${operation}: ${content}`)
    return JSON.parse(content) as Record<string, unknown>
  }
  const tableInput = (name: string, columns: GlueColumns): object => ({
    Name: name,
    StorageDescriptor: { Columns: Object.entries(columns).map(([Name, Type]) => ({ Name, Type })) },
  })
  return {
    call,
    async createDatabase(name) {
      await call('CreateDatabase', { DatabaseInput: { Name: name } })
    },
    async createTable(database, name, columns) {
      await call('CreateTable', { DatabaseName: database, TableInput: tableInput(name, columns) })
    },
    async updateTable(database, name, columns) {
      await call('UpdateTable', { DatabaseName: database, TableInput: tableInput(name, columns) })
    },
  }
}

/** What @smithy/signature-v4 wants for hashing. */
class Sha256 {
  readonly #hash: Hash | Hmac
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Uint8Array)
  }
  update(bytes: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytes as Uint8Array)
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest())
  }
  reset(): void {
    throw new Error('not needed')
  }
}
