import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import type { AccessKey } from '../../aws/service.ts'
import { smithySigner } from '../../aws/testing/smithy-signer.ts'
import { childText, readXml, type XmlElement } from '../../aws/xml.ts'
import { realHttp, type Listening } from '../../sys/http.ts'
import { chooseEndpoint } from '../choose-endpoint.ts'
import { stsEndpoint } from './endpoint.ts'

const NOW = Date.UTC(2026, 10, 23, 5)
const FORM = 'Action=GetCallerIdentity&Version=2011-06-15'
/** Of the role that may do least. */
const KEY: AccessKey = { accessKeyId: 'AKIDOFTHETEST', secretAccessKey: 'secret', role: 'ingest' }

interface Sent {
  form?: string
  key?: AccessKey
  service?: string
  signedMs?: number
  /** In place of the form that was signed. */
  otherForm?: string
}

describe('sts', async () => {
  const answered: string[] = []
  const failures: unknown[] = []
  const elsewhere = (): never => assert.fail('it is for STS')
  const sts = stsEndpoint({
    sys: {
      clock: { now: () => NOW, monotonic: () => 0, sleep: () => Promise.resolve() },
      random: { bytes: (count) => Buffer.alloc(count, 7), float: () => 0 },
    },
    accessKeys: { find: (id) => (id === KEY.accessKeyId ? KEY : undefined) },
    events: {
      failed: (_, error) => failures.push(error),
      answered: (operation, status) => answered.push(`${operation} ${status}`),
    },
  })
  const chosen = chooseEndpoint({ json: elsewhere, s3: elsewhere, sts })
  const listening: Listening = await realHttp.listen({ host: '127.0.0.1', port: 0 }, chosen)
  after(() => listening.close(0))

  async function send(sent: Sent = {}): Promise<{ status: number; document: XmlElement }> {
    const { form = FORM, key = KEY, service = 'sts', signedMs = NOW, otherForm = form } = sent
    const host = `127.0.0.1:${listening.port}`
    const { headers } = await smithySigner(key, 'us-east-1', service).sign(
      {
        method: 'POST',
        path: '/',
        query: {},
        headers: { host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
        body: Buffer.from(form),
      },
      signedMs,
    )
    const answer = await fetch(`http://${host}/`, { method: 'POST', headers, body: otherForm })
    assert.equal(answer.headers.get('content-type'), 'text/xml')
    return { status: answer.status, document: readXml(await answer.text()) }
  }

  async function refused(sent: Sent): Promise<string> {
    const { status, document } = await send(sent)
    assert.equal(document.name, 'ErrorResponse')
    return `${status} ${childText(document.children[0]!, 'Code')}`
  }

  test('a key of any role is told whose it is', async () => {
    const { status, document } = await send()
    assert.equal(status, 200)
    assert.equal(document.name, 'GetCallerIdentityResponse')
    const result = document.children.find(({ name }) => name === 'GetCallerIdentityResult')!
    assert.deepEqual(
      result.children.map(({ name, text }) => [name, text]),
      [
        ['Arn', 'arn:aws:iam::123456789012:user/AKIDOFTHETEST'],
        ['UserId', 'AKIDOFTHETEST'],
        ['Account', '123456789012'],
      ],
    )
    assert.equal(answered.at(-1), 'sts:GetCallerIdentity 200')
  })

  test('others are refused in the words of the query protocol', async () => {
    assert.equal(await refused({ key: { ...KEY, accessKeyId: 'OTHER' } }), '403 InvalidClientTokenId')
    assert.equal(await refused({ key: { ...KEY, secretAccessKey: 'no' } }), '403 SignatureDoesNotMatch')
    assert.equal(await refused({ signedMs: NOW - 3_600_000 }), '403 SignatureDoesNotMatch')
    assert.equal(await refused({ otherForm: `${FORM}&x=1` }), '403 SignatureDoesNotMatch')
    assert.equal(await refused({ form: 'Action=AssumeRole' }), '400 InvalidAction')
    assert.equal(await refused({ form: '' }), '400 InvalidAction')
    assert.deepEqual(failures, [])
  })

  test('other services of the protocol are told that they are not there', async () => {
    assert.equal(await refused({ service: 'iam', form: 'Action=ListRoles' }), '400 InvalidAction')
    assert.equal(answered.at(-1), 'query:unknown 400')
  })
})
