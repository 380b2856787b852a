import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HozonError, assert } from '../base/errors.ts'
import { realSys } from '../sys/real.ts'
import { attempts } from './s3-attempts.ts'
import { DEFAULT_S3_LIMITS, type S3Context } from './s3-context.ts'
import { judgeS3 } from './s3-fault.ts'
import { decodeHeaderText, encodeHeaderText } from './header-text.ts'

const CALL = { op: 'put object', target: 'logs/a' }

/** Time passes only by sleeping; the long sleeps are the timeouts of attempts, which end when the attempt does. */
function contextAt(closing: AbortSignal, pauses: number[], chance: () => number): S3Context {
  let nowMs = 0
  const clock = {
    now: () => nowMs,
    monotonic: () => nowMs,
    async sleep(ms: number, signal?: AbortSignal) {
      if (ms >= DEFAULT_S3_LIMITS.attemptTimeoutMs)
        return new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()))
      pauses.push(ms)
      nowMs += ms
    },
  }
  const sys = { ...realSys, clock, random: { ...realSys.random, float: chance } }
  return { sys, closing, limits: DEFAULT_S3_LIMITS, support: { ifNoneMatch: true } } as unknown as S3Context
}

function s3Error(status: number | undefined, name: string): Error {
  const metadata = status === undefined ? {} : { $metadata: { httpStatusCode: status } }
  return Object.assign(new Error('injected'), { name, ...metadata })
}

describe('attempts', () => {
  it('pauses longer and longer, up to the cap, and ends at the deadline', async () => {
    const pauses: number[] = []
    const context = contextAt(new AbortController().signal, pauses, () => 1)
    await rejects(
      attempts(context, CALL, () => Promise.reject(s3Error(503, 'SlowDown'))),
      { code: 'HOZON_STORE_UNAVAILABLE', retryable: true, target: 'logs/a' },
    )
    deepEqual(pauses.slice(0, 9), [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000])
    ok(pauses.reduce((sum, ms) => sum + ms, 0) <= DEFAULT_S3_LIMITS.deadlineMs)
  })

  it('spreads its pauses over the whole range', async () => {
    const pauses: number[] = []
    const chances = [0, 0.5, 0.25]
    const context = contextAt(new AbortController().signal, pauses, () => chances.shift() ?? 0)
    let count = 0
    const result = await attempts(context, CALL, async () => {
      if (++count <= 3) throw s3Error(undefined, 'ECONNRESET')
      return 'done'
    })
    deepEqual([result, count, pauses], ['done', 4, [0, 100, 100]])
  })

  it('does not repeat what cannot get better', async () => {
    let count = 0
    const refuse = async (): Promise<never> => {
      count++
      throw s3Error(403, 'AccessDenied')
    }
    const context = contextAt(new AbortController().signal, [], () => 1)
    await rejects(attempts(context, CALL, refuse), { code: 'HOZON_STORE_DENIED', retryable: false })
    equal(count, 1)
  })

  it('begins nothing once the store closes', async () => {
    const closing = new AbortController()
    closing.abort()
    const context = contextAt(closing.signal, [], () => 1)
    await rejects(
      attempts(context, CALL, async () => 'never'),
      { code: 'HOZON_STORE_UNAVAILABLE', message: /closed/ },
    )
  })
})

describe('faults of S3', () => {
  const cases: [status: number | undefined, name: string, code: string, again: boolean][] = [
    [undefined, 'TimeoutError', 'HOZON_STORE_UNAVAILABLE', true],
    [200, 'Error', 'HOZON_STORE_UNAVAILABLE', true],
    [500, 'InternalError', 'HOZON_STORE_UNAVAILABLE', true],
    [429, 'TooManyRequests', 'HOZON_STORE_UNAVAILABLE', true],
    [409, 'ConditionalRequestConflict', 'HOZON_STORE_UNAVAILABLE', true],
    [400, 'BadDigest', 'HOZON_STORE_UNAVAILABLE', true],
    [400, 'SomethingNew', 'HOZON_STORE_UNAVAILABLE', false],
    [400, 'ExpiredToken', 'HOZON_STORE_DENIED', false],
    [undefined, 'CredentialsProviderError', 'HOZON_STORE_DENIED', false],
    [403, 'Unknown', 'HOZON_STORE_DENIED', false],
    [301, 'PermanentRedirect', 'HOZON_STORE_DENIED', false],
    [404, 'NoSuchBucket', 'HOZON_STORE_NO_BUCKET', false],
    [404, 'NoSuchKey', 'HOZON_STORE_NOT_FOUND', false],
    [507, 'XMinioStorageFull', 'HOZON_STORE_FULL', false],
    [400, 'KeyTooLongError', 'HOZON_STORE_KEY', false],
  ]
  for (const [status, name, code, again] of cases)
    it(`${status ?? 'no answer'} ${name} is ${code}`, () => {
      const judgement = judgeS3(s3Error(status, name), { op: 'put object', target: 'logs/a' })
      deepEqual([judgement.error.code, judgement.again], [code, again])
    })

  it('leaves bugs alone, and errors that have their code', () => {
    const own = new HozonError('HOZON_STORE_SOURCE', 'gone', { op: 'put object' })
    equal(judgeS3(own, { op: 'x' }).error, own)
    try {
      assert(false, 'a bug')
    } catch (bug) {
      try {
        judgeS3(bug, { op: 'x' })
        ok(false, 'the bug was swallowed')
      } catch (thrown) {
        equal(thrown, bug)
      }
    }
  })
})

describe('text in headers', () => {
  it('comes back as it was, and is plain where it can be', () => {
    for (const text of [
      '',
      'plain text',
      ' spaces ',
      'ünï 日本 🙂',
      '=?UTF-8?B?eA==?=',
      'line\nbreak',
      'tab\t',
    ])
      equal(decodeHeaderText(encodeHeaderText(text)), text)
    equal(encodeHeaderText('/var/log/a b.log'), '/var/log/a b.log')
    ok(/^[\x21-\x7e]+$/.test(encodeHeaderText('日本')))
  })
})
