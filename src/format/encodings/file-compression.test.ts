/** Files of others: what the end of the key and the first bytes say, and what damaged ones end in. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createHash } from 'node:crypto'
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { HozonError } from '../../base/errors.ts'
import { decodeFile } from './file-compression.ts'
import { encodeStream } from './registry.ts'

const LIMITS = { maxBytes: 2 ** 30, maxRatio: 100, freeBytes: 1024 * 1024 }

async function decoded(key: string, bytes: Buffer, size = 100): Promise<Buffer> {
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  )
  const out: Buffer[] = []
  for await (const chunk of decodeFile(key, chunks, LIMITS)) out.push(chunk)
  return Buffer.concat(out)
}

const TEXT = Buffer.from(Array.from({ length: 3000 }, (_, i) => `line ${i} of é\n`).join(''))

/** Made by bzip2 1.0.8, of a line and of nothing. */
const BZIP2 = {
  hello: 'QlpoOTFBWSZTWcHAgOIAAAFBAAAQAkSgADDNAMNGKZcXckU4UJDBwIDi',
  nothing: 'QlpoORdyRThQkAAAAAA=',
}

async function encoded(compression: 'hadoop-snappy' | 'snappy'): Promise<Buffer> {
  const out: Buffer[] = []
  for await (const chunk of encodeStream(compression, [TEXT], { entryName: '', modifiedMs: 0 }))
    out.push(chunk)
  return Buffer.concat(out)
}

describe('a file', () => {
  const half = TEXT.length / 2
  const [first, second] = [TEXT.subarray(0, half), TEXT.subarray(half)]
  const cases: [what: string, key: string, bytes: Buffer | Promise<Buffer>][] = [
    ['is as it is', 'a.csv', TEXT],
    ['is gunzipped by its name', 'a.csv.gz', gzipSync(TEXT)],
    ['is gunzipped by its first bytes', 'a', gzipSync(TEXT)],
    ['of several gzip members is read whole', 'a.gz', Buffer.concat([gzipSync(first), gzipSync(second)])],
    ['of zstd is read', 'a.zst', zstdCompressSync(TEXT)],
    [
      'of several zstd frames is read whole',
      'a.zst',
      Buffer.concat([zstdCompressSync(first), zstdCompressSync(Buffer.alloc(0)), zstdCompressSync(second)]),
    ],
    ['of deflate is read', 'a.deflate', deflateSync(TEXT)],
    ['of Hadoop snappy is read', 'a.snappy', encoded('hadoop-snappy')],
    ['of snappy-java is read under the same name', 'a.snappy', encoded('snappy')],
  ]
  for (const [what, key, bytes] of cases) {
    it(what, async () => {
      for (const size of [11, 1000, 1e6]) assert.ok((await decoded(key, await bytes, size)).equals(TEXT))
    })
  }

  it('of bzip2 is read, also of several streams', async () => {
    const hello = Buffer.from(BZIP2.hello, 'base64')
    const nothing = Buffer.from(BZIP2.nothing, 'base64')
    for (const size of [1, 7, 1000]) {
      assert.equal(String(await decoded('a.bz2', hello, size)), 'hello\n')
      assert.equal(String(await decoded('a', Buffer.concat([hello, nothing, hello]), size)), 'hello\nhello\n')
      assert.equal(String(await decoded('a.bz2', nothing, size)), '')
    }
  })

  it('of bzip2 with any byte changed or cut away is an error, and never a crash', async () => {
    const whole = Buffer.from(BZIP2.hello, 'base64')
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole)
      changed[at]! ^= 0x10
      await assert.rejects(decoded('a.bz2', changed), HozonError, `byte ${at} changed`)
      if (at > 0) await assert.rejects(decoded('a.bz2', whole.subarray(0, at)), HozonError, `${at} bytes`)
    }
  })

  const refused: [key: string, bytes: Buffer, error: RegExp][] = [
    ['a.zip', TEXT, /zip is a compression that is not supported/],
    ['a', Buffer.from('PK\x03\x04 and so on', 'latin1'), /zip/],
    ['a.lz4', TEXT, /LZ4/],
    ['a.gz', TEXT, /incorrect header check/],
    ['a.gz', gzipSync(TEXT).subarray(0, 1000), /unexpected end of file/],
    ['a.zst', zstdCompressSync(TEXT).subarray(0, 1000), /./],
    ['a.zst', Buffer.concat([zstdCompressSync(TEXT), Buffer.from('more')]), /./],
    ['a.gz', gzipSync(Buffer.alloc(64 * 1024 * 1024)), /bytes come out of/],
  ]
  for (const [key, bytes, error] of refused) {
    it(`${key} of ${createHash('sha256').update(bytes).digest('hex').slice(0, 6)} is refused: ${error}`, async () => {
      await assert.rejects(decoded(key, bytes, 64 * 1024), (thrown) => {
        assert.ok(thrown instanceof HozonError)
        assert.match(thrown.code, /^HOZON_ENCODING_/)
        assert.match(thrown.message, error)
        return true
      })
    })
  }
})
