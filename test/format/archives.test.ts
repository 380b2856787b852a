/** Objects are read by Python's own gzip and zipfile, which share no code with what wrote them. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { encodeStream } from '../../src/format/encodings/registry.ts'

const LINES = Buffer.from('{"message":"日本語 and more","n":12345}\n'.repeat(50_000))
const ENTRY = { entryName: 'entry-名', modifiedMs: Date.UTC(2026, 10, 23, 1, 2, 4) }

const READERS = {
  gzip: 'import gzip,hashlib,sys; print(hashlib.sha256(gzip.open(sys.argv[1]).read()).hexdigest())',
  zip: `
import hashlib, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
[info] = z.infolist()
assert info.filename == 'entry-名', info.filename
assert info.date_time == (2026, 11, 23, 1, 2, 4), info.date_time
assert info.compress_type == zipfile.ZIP_DEFLATED
print(hashlib.sha256(z.read(info)).hexdigest())`,
}

test('Python reads gzip and zip objects', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hozon-archives-'))
  const expected = createHash('sha256').update(LINES).digest('hex')
  try {
    for (const [compression, script] of Object.entries(READERS)) {
      const path = join(folder, compression)
      const chunks: Buffer[] = []
      for await (const chunk of encodeStream(compression as 'gzip' | 'zip', [LINES], ENTRY))
        chunks.push(chunk)
      await writeFile(path, Buffer.concat(chunks))
      const { stdout, stderr, status } = spawnSync('python3', ['-c', script, path], { encoding: 'utf8' })
      assert.equal(status, 0, stderr)
      assert.equal(stdout.trim(), expected, compression)
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})
