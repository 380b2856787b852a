/** rclone and s3cmd as people use them, against the endpoint in this process. Debian has both. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { keyOf, REGION, serve, type Served } from './served.ts'

/** More than either sends in one piece, with the part sizes below. */
const LARGE_BYTES = 18 * 1024 * 1024
const PART_MIB = 5

const FILES: Record<string, Buffer> = {
  'a.txt': Buffer.from('a'),
  'deep/ü b+c%20 & d.json': Buffer.from('{}'),
  'deep/er/large': randomBytes(LARGE_BYTES),
}

let served: Served
let folder: string
let from: string

before(async () => {
  served = await serve()
  folder = mkdtempSync(join(tmpdir(), 'hozon-s3-clients-'))
  from = join(folder, 'from')
  for (const [name, bytes] of Object.entries(FILES)) {
    mkdirSync(join(from, name, '..'), { recursive: true })
    writeFileSync(join(from, name), bytes)
  }
})

after(async () => {
  await served.end()
  rmSync(folder, { recursive: true })
})

async function program(name: string, args: string[], env: Record<string, string> = {}): Promise<string> {
  try {
    const options = { env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...env }, maxBuffer: 2 ** 26 }
    return (await promisify(execFile)(name, args, options)).stdout
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string }
    const hint = code === 'ENOENT' ? `install it (Debian: apt-get install ${name})` : (stderr ?? '')
    throw new Error(`${name} ${args.join(' ')}: ${hint}`, { cause: error })
  }
}

function sameFiles(back: string): void {
  for (const [name, bytes] of Object.entries(FILES))
    assert.ok(readFileSync(join(back, name)).equals(bytes), name)
}

test('rclone: copy, check by checksums, sync, move, cat, purge', async () => {
  const { accessKeyId, secretAccessKey } = keyOf('admin')
  const rclone = (...args: string[]): Promise<string> =>
    program('rclone', ['--s3-chunk-size', `${PART_MIB}M`, '--s3-upload-cutoff', `${PART_MIB}M`, ...args], {
      RCLONE_CONFIG_HOZON_TYPE: 's3',
      RCLONE_CONFIG_HOZON_PROVIDER: 'Other',
      RCLONE_CONFIG_HOZON_ENDPOINT: served.endpoint,
      RCLONE_CONFIG_HOZON_REGION: REGION,
      RCLONE_CONFIG_HOZON_ACCESS_KEY_ID: accessKeyId,
      RCLONE_CONFIG_HOZON_SECRET_ACCESS_KEY: secretAccessKey,
    })
  await rclone('mkdir', 'hozon:rclone-bucket')
  await rclone('copy', from, 'hozon:rclone-bucket/copy')
  await rclone('check', '--download', from, 'hozon:rclone-bucket/copy')
  await rclone('check', from, 'hozon:rclone-bucket/copy')
  await rclone('copy', 'hozon:rclone-bucket/copy', join(folder, 'rclone'))
  sameFiles(join(folder, 'rclone'))
  const listed = JSON.parse(await rclone('lsjson', '-R', '--files-only', 'hozon:rclone-bucket/copy')) as {
    Path: string
    Size: number
  }[]
  assert.deepEqual(
    Object.fromEntries(listed.map(({ Path, Size }) => [Path, Size])),
    Object.fromEntries(Object.entries(FILES).map(([name, bytes]) => [name, bytes.length])),
  )
  await rclone('sync', 'hozon:rclone-bucket/copy', 'hozon:rclone-bucket/again')
  await rclone('moveto', 'hozon:rclone-bucket/again/a.txt', 'hozon:rclone-bucket/moved')
  assert.equal(await rclone('cat', 'hozon:rclone-bucket/moved'), 'a')
  assert.equal(
    await rclone('cat', '--offset', '7', '--count', '5', 'hozon:rclone-bucket/copy/deep/er/large'),
    FILES['deep/er/large']!.subarray(7, 12).toString(),
  )
  await rclone('purge', 'hozon:rclone-bucket')
  assert.equal((await rclone('lsd', 'hozon:')).trim(), '')
})

test('s3cmd: put, sync, get, cp, info, ls, del', async () => {
  const { accessKeyId, secretAccessKey } = keyOf('admin')
  const host = `127.0.0.1:${served.port}`
  const s3cmd = (...args: string[]): Promise<string> =>
    program('s3cmd', [
      '--no-ssl',
      `--host=${host}`,
      `--host-bucket=${host}`,
      `--region=${REGION}`,
      `--access_key=${accessKeyId}`,
      `--secret_key=${secretAccessKey}`,
      `--multipart-chunk-size-mb=${PART_MIB}`,
      '--no-progress',
      ...args,
    ])
  await s3cmd('mb', 's3://s3cmd-bucket')
  await s3cmd('sync', `${from}/`, 's3://s3cmd-bucket/copy/')
  assert.doesNotMatch(await s3cmd('sync', `${from}/`, 's3://s3cmd-bucket/copy/'), /upload/, 'nothing is new')
  const back = join(folder, 's3cmd')
  mkdirSync(back)
  await s3cmd('get', '--recursive', 's3://s3cmd-bucket/copy/', back)
  sameFiles(back)
  await s3cmd('put', '--add-header=x-amz-meta-a:1', join(from, 'a.txt'), 's3://s3cmd-bucket/meta')
  await s3cmd('cp', 's3://s3cmd-bucket/meta', 's3://s3cmd-bucket/copied')
  assert.match(await s3cmd('info', 's3://s3cmd-bucket/copied'), /x-amz-meta-a: 1/)
  assert.equal(
    (await s3cmd('ls', '--recursive', 's3://s3cmd-bucket')).trim().split('\n').length,
    Object.keys(FILES).length + 2,
  )
  await s3cmd('del', '--recursive', '--force', 's3://s3cmd-bucket')
  await s3cmd('rb', 's3://s3cmd-bucket')
  assert.equal((await s3cmd('ls')).trim(), '')
})

test('nothing of all this failed inside', () => assert.deepEqual(served.failures, []))
