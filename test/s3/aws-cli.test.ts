/** The AWS CLI as people type it: both versions, against a running server over HTTP and HTTPS. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { aws, awsCli1, awsCli2 } from '../clients/aws-cli.ts'
import { Endpoint } from '../clients/endpoint.ts'

/** More than the CLI sends in one piece. */
const LARGE_BYTES = 20 * 1024 * 1024

for (const [version, find] of [
  ['2', awsCli2],
  ['1', awsCli1],
] as const)
  test(`AWS CLI ${version}: cp --recursive, sync, presign, ls, mv, rm, rb`, async () => {
    const cli = await find()
    const endpoint = await Endpoint.start('streams: {}\n')
    const folder = mkdtempSync(join(tmpdir(), 'hozon-aws-'))
    const run = async (...args: string[]): Promise<string> => {
      const url = args.includes('--endpoint-url') ? [] : ['--endpoint-url', endpoint.http]
      const { code, stdout, stderr } = await aws(cli, [...args, ...url], {
        ...endpoint.env,
        HOME: folder,
        AWS_MAX_ATTEMPTS: '1',
      })
      assert.equal(code, 0, `aws ${args.join(' ')}: ${stderr}${stdout}`)
      return stdout
    }
    // Version 1 presigns with SigV2 where it is not told otherwise.
    mkdirSync(join(folder, '.aws'))
    writeFileSync(join(folder, '.aws/config'), '[default]\ns3 =\n  signature_version = s3v4\n')
    try {
      const from = join(folder, 'from')
      const back = join(folder, 'back')
      mkdirSync(join(from, 'deep/er'), { recursive: true })
      const files: Record<string, Buffer> = {
        'a.txt': Buffer.from('a'),
        'deep/ü b+c.json': Buffer.from('{}'),
        'deep/er/empty': Buffer.alloc(0),
        'deep/er/large': Buffer.alloc(LARGE_BYTES, 'large and larger '),
      }
      for (const [name, bytes] of Object.entries(files)) writeFileSync(join(from, name), bytes)
      await run('s3', 'mb', 's3://cli-bucket')
      await run('s3', 'cp', '--recursive', from, 's3://cli-bucket/copy/')
      await run('s3', 'cp', '--recursive', 's3://cli-bucket/copy/', back)
      for (const [name, bytes] of Object.entries(files))
        assert.ok(readFileSync(join(back, name)).equals(bytes), name)
      const listed = await run('s3', 'ls', '--recursive', 's3://cli-bucket/')
      assert.deepEqual(
        listed
          .trim()
          .split('\n')
          .map((line) => line.replace(/^\S+ \S+\s+\d+ /, '')),
        ['copy/a.txt', 'copy/deep/er/empty', 'copy/deep/er/large', 'copy/deep/ü b+c.json'],
      )
      assert.match(await run('s3', 'ls', 's3://cli-bucket/copy/'), /PRE deep\//)

      await run('s3', 'sync', from, 's3://cli-bucket/sync/')
      assert.equal((await run('s3', 'sync', from, 's3://cli-bucket/sync/')).trim(), '')
      writeFileSync(join(from, 'a.txt'), 'changed')
      rmSync(join(from, 'deep/er'), { recursive: true })
      const synced = await run('s3', 'sync', '--delete', '--no-progress', from, 's3://cli-bucket/sync/')
      assert.equal(synced.trim().split('\n').length, 3, synced)
      await run('s3', 'sync', '--delete', 's3://cli-bucket/sync/', back)
      assert.deepEqual(readdirSync(join(back, 'deep/er')), [], 'the CLI leaves folders')
      await run('s3', 'sync', 's3://cli-bucket/copy/', 's3://cli-bucket/again/')
      await run('s3', 'cp', 's3://cli-bucket/copy/deep/er/large', 's3://cli-bucket/copied')
      await run('s3', 'mv', 's3://cli-bucket/copied', 's3://cli-bucket/moved')
      assert.equal(await run('s3', 'cp', 's3://cli-bucket/sync/a.txt', '-'), 'changed')

      const url = (await run('s3', 'presign', 's3://cli-bucket/sync/a.txt', '--expires-in', '604800')).trim()
      assert.equal(await (await fetch(url)).text(), 'changed')
      assert.equal((await fetch(url, { method: 'DELETE' })).status, 403)

      const https = ['--endpoint-url', endpoint.https]
      await run('s3', 'cp', join(back, 'a.txt'), 's3://cli-bucket/tls', ...https)
      assert.equal(await run('s3', 'cp', 's3://cli-bucket/tls', '-', ...https), 'changed')

      const put = [
        's3api',
        'put-object',
        '--bucket',
        'cli-bucket',
        '--key',
        'api',
        '--body',
        join(back, 'a.txt'),
      ]
      await run(...put, '--metadata', 'a=1', '--tagging', 'b=2')
      const head = JSON.parse(
        await run('s3api', 'head-object', '--bucket', 'cli-bucket', '--key', 'api', '--output', 'json'),
      ) as { Metadata: object }
      assert.deepEqual(head.Metadata, { a: '1' })

      await run('s3', 'rm', '--recursive', 's3://cli-bucket/copy/')
      await run('s3', 'rb', '--force', 's3://cli-bucket')
      assert.equal((await run('s3', 'ls')).trim(), '')
      assert.doesNotMatch(endpoint.log(), /s3:/)
    } finally {
      await endpoint.end()
      rmSync(folder, { recursive: true })
    }
  })
