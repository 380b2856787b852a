/** Glue's API by signed requests: what a test needs of it is three operations. */
import assert from 'node:assert/strict'
import { SignatureV4 } from '@smithy/signature-v4'
import { Sha256 } from '../../src/aws/testing/sha256.ts'

/** Name -> Glue type. */
export type GlueColumns = Record<string, string>

export interface GlueApi {
  call(operation: string, body: object): Promise<Record<string, unknown>>
  createDatabase(name: string): Promise<void>
  createTable(database: string, name: string, columns: GlueColumns): Promise<void>
  /** A new version with these columns. */
  updateTable(database: string, name: string, columns: GlueColumns): Promise<void>
}

/** A running Hozon; read anew with each call, so that it may be started again. */
export interface GlueWorld {
  control: { url: string }
  accessKey: { accessKeyId: string; secretAccessKey: string }
}

export function glueApi(world: GlueWorld): GlueApi {
  async function call(operation: string, body: object): Promise<Record<string, unknown>> {
    const { host, hostname, port } = new URL(world.control.url)
    const signer = new SignatureV4({
      credentials: world.accessKey,
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
    const answer = await fetch(world.control.url, { method: 'POST', headers: signed.headers, body: text })
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
