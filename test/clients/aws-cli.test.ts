/** `eval "$(hozon env)"; aws firehose …`: both versions of the CLI, each operation, errors, blobs, HTTPS, roles. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aws, awsCli1, awsCli2, type Answer, type Cli } from './aws-cli.ts'
import { Bucket } from './bucket.ts'
import { eventually } from '../hozon-process.ts'
import { Endpoint, INGEST_KEY, READ_KEY } from './endpoint.ts'

/** Both allow themselves some retries of what can not work; the tests do not wait for them. */
const ENV: Record<string, string> = { AWS_MAX_ATTEMPTS: '1' }

/** AWS_ENDPOINT_URL is read since 2.13; older ones, as Debian's, would ask AWS itself. */
type AddressOf = (url: string) => string[]
const BY_ENVIRONMENT: AddressOf = () => []
const BY_OPTION: AddressOf = (url) => ['--endpoint-url', url]

interface Session {
  endpoint: Endpoint
  /** Must succeed; its JSON. */
  firehose: (...args: string[]) => Promise<Record<string, unknown>>
  attempt: (env: Record<string, string>, ...args: string[]) => Promise<Answer>
}

for (const [version, find, address] of [
  ['2', awsCli2, BY_OPTION],
  ['1', awsCli1, BY_ENVIRONMENT],
] as const) {
  test(`AWS CLI ${version}`, async (t) => {
    const cli = await find()
    const endpoint = await Endpoint.start('streams: {}\n')
    const session = sessionOf(endpoint, cli, address)
    try {
      await t.test('the life of a stream', () => lifeOfStream(session))
      await t.test('blobs', () => (version === '2' ? blobsOfVersion2(session) : blobsOfVersion1(session)))
      await t.test('errors', () => errors(session))
      await t.test('HTTPS', () => https(session))
      await t.test('roles', () => roles(session))
    } finally {
      await endpoint.end()
    }
  })
}

function sessionOf(endpoint: Endpoint, cli: Cli, address: AddressOf): Session {
  const attempt: Session['attempt'] = (env, ...args) => {
    const all: Record<string, string> = { ...ENV, ...endpoint.env, ...env }
    return aws(cli, ['firehose', ...args, '--output', 'json', ...address(all['AWS_ENDPOINT_URL'] ?? '')], all)
  }
  return {
    endpoint,
    attempt,
    async firehose(...args) {
      const { code, stdout, stderr } = await attempt({}, ...args)
      assert.equal(code, 0, `aws firehose ${args.join(' ')}: ${stderr}`)
      return stdout === '' ? {} : (JSON.parse(stdout) as Record<string, unknown>)
    },
  }
}

/** Shorthand syntax, as people type it. */
const destination = (bucket: string): string =>
  `RoleARN=arn:aws:iam::123456789012:role/firehose,BucketARN=arn:aws:s3:::${bucket}`

async function lifeOfStream({ firehose, attempt }: Session): Promise<void> {
  const stream = ['--delivery-stream-name', 'life']
  const created = await firehose(
    'create-delivery-stream',
    ...stream,
    '--extended-s3-destination-configuration',
    `${destination('cli-life')},BufferingHints={SizeInMBs=1,IntervalInSeconds=60}`,
    '--tags',
    'Key=team,Value=ops',
  )
  assert.match(
    String(created['DeliveryStreamARN']),
    /^arn:aws:firehose:[a-z0-9-]+:123456789012:deliverystream\/life$/,
  )
  assert.deepEqual(await firehose('list-delivery-streams'), {
    DeliveryStreamNames: ['life'],
    HasMoreDeliveryStreams: false,
  })
  const before = await describe(firehose)
  assert.equal(before.DeliveryStreamStatus, 'ACTIVE')
  assert.equal(before.VersionId, '1')

  const put = await firehose('put-record', ...stream, '--record', 'Data=eyJuIjoxfQo=')
  assert.equal(put['Encrypted'], false)
  const batch = await firehose(
    'put-record-batch',
    ...stream,
    '--records',
    'Data=eyJuIjoyfQo=',
    'Data=eyJuIjozfQo=',
  )
  assert.equal(batch['FailedPutCount'], 0)

  const id = before.Destinations[0]?.DestinationId ?? ''
  await firehose(
    'update-destination',
    ...stream,
    '--current-delivery-stream-version-id',
    '1',
    '--destination-id',
    id,
    '--extended-s3-destination-update',
    'CompressionFormat=GZIP',
  )
  const after = await describe(firehose)
  assert.equal(after.VersionId, '2')
  assert.equal(after.Destinations[0]?.ExtendedS3DestinationDescription.CompressionFormat, 'GZIP')
  assert.equal(after.Destinations[0]?.ExtendedS3DestinationDescription.BufferingHints.SizeInMBs, 1)

  await firehose('tag-delivery-stream', ...stream, '--tags', 'Key=a,Value=1', 'Key=b')
  await firehose('untag-delivery-stream', ...stream, '--tag-keys', 'team')
  const { Tags } = (await firehose('list-tags-for-delivery-stream', ...stream)) as { Tags: { Key: string }[] }
  assert.deepEqual(Tags.map(({ Key }) => Key).sort(), ['a', 'b'])

  await firehose('start-delivery-stream-encryption', ...stream)
  assert.equal((await describe(firehose)).DeliveryStreamEncryptionConfiguration.Status, 'ENABLED')
  await firehose('stop-delivery-stream-encryption', ...stream)
  assert.equal((await describe(firehose)).DeliveryStreamEncryptionConfiguration.Status, 'DISABLED')

  await firehose('delete-delivery-stream', ...stream)
  // As at AWS: a stream is DELETING as long as its last records are on their way.
  await eventually(async () => {
    const { stderr } = await attempt({}, 'describe-delivery-stream', ...stream)
    return stderr.includes('ResourceNotFoundException') || undefined
  }, 'the end of the stream')
}

interface Description {
  DeliveryStreamStatus: string
  VersionId: string
  DeliveryStreamEncryptionConfiguration: { Status: string }
  Destinations: {
    DestinationId: string
    ExtendedS3DestinationDescription: { CompressionFormat: string; BufferingHints: { SizeInMBs: number } }
  }[]
}

async function describe(firehose: Session['firehose']): Promise<Description> {
  const answer = await firehose('describe-delivery-stream', '--delivery-stream-name', 'life')
  return answer['DeliveryStreamDescription'] as Description
}

/** Base64 as it is, unless one says otherwise. */
async function blobsOfVersion2(session: Session): Promise<void> {
  const put = putter(session, 'blobs')
  await session.firehose(...create('blobs', 'cli-blobs'))
  assert.equal((await put('aGVsbG8K')).code, 0)
  const refused = await put('hello')
  assert.notEqual(refused.code, 0)
  assert.match(refused.stderr, /Invalid base64/)
  assert.equal((await put('raw text|', '--cli-binary-format', 'raw-in-base64-out')).code, 0)
  assert.equal(await delivered(session, 'cli-blobs'), 'hello\nraw text|')
}

/** The text as it is; base64 arrives as base64. */
async function blobsOfVersion1(session: Session): Promise<void> {
  const put = putter(session, 'blobs')
  await session.firehose(...create('blobs', 'cli-blobs'))
  assert.equal((await put('raw text|')).code, 0)
  assert.equal((await put('aGVsbG8K')).code, 0)
  assert.equal(await delivered(session, 'cli-blobs'), 'raw text|aGVsbG8K')
}

const create = (name: string, bucket: string): string[] => [
  'create-delivery-stream',
  '--delivery-stream-name',
  name,
  '--extended-s3-destination-configuration',
  destination(bucket),
]

function putter({ attempt }: Session, name: string) {
  return (data: string, ...options: string[]): Promise<Answer> =>
    attempt(
      {},
      'put-record',
      '--delivery-stream-name',
      name,
      '--record',
      JSON.stringify({ Data: data }),
      ...options,
    )
}

async function delivered({ endpoint: { world } }: Session, bucket: string): Promise<string> {
  await world.flush()
  const objects = new Bucket(world.data, bucket)
  return Buffer.concat(await objects.read('plain', objects.keys())).toString()
}

async function errors({ attempt }: Session): Promise<void> {
  const unknown = await attempt(
    {},
    'put-record',
    '--delivery-stream-name',
    'nowhere',
    '--record',
    'Data=eA==',
  )
  assert.ok(unknown.code === 254 || unknown.code === 255, `exit code ${unknown.code}`)
  assert.match(
    unknown.stderr,
    /\(ResourceNotFoundException\) when calling the PutRecord operation.*: Firehose nowhere under account 123456789012 not found\.$/m,
  )
  const wrong = await attempt({}, ...create('wrong', 'not a bucket'))
  assert.match(wrong.stderr, /\(ValidationException\).*extendedS3DestinationConfiguration\.bucketARN/)
  const stranger = await attempt({ AWS_SECRET_ACCESS_KEY: 'wrong' }, 'list-delivery-streams')
  assert.match(stranger.stderr, /\(InvalidSignatureException\)/)
}

async function https({ endpoint, attempt }: Session): Promise<void> {
  const secure = { AWS_ENDPOINT_URL: endpoint.https }
  const trusted = await attempt(secure, 'list-delivery-streams')
  assert.equal(trusted.code, 0, trusted.stderr)
  const others = { ...secure, AWS_CA_BUNDLE: '/etc/ssl/certs/ca-certificates.crt' }
  const untrusted = await attempt(others, 'list-delivery-streams')
  assert.notEqual(untrusted.code, 0)
  assert.match(untrusted.stderr, /SSL|certificate/i)
}

async function roles({ endpoint, attempt }: Session): Promise<void> {
  await endpoint.addKey('ingest', INGEST_KEY)
  await endpoint.addKey('read', READ_KEY)
  const as = ({ id, secret }: typeof INGEST_KEY): Record<string, string> => ({
    AWS_ACCESS_KEY_ID: id,
    AWS_SECRET_ACCESS_KEY: secret,
  })
  const put = ['put-record', '--delivery-stream-name', 'blobs', '--record', 'Data=eA==']
  assert.equal((await attempt(as(INGEST_KEY), ...put)).code, 0)
  assert.match((await attempt(as(INGEST_KEY), ...create('more', 'more'))).stderr, /\(AccessDeniedException\)/)
  assert.match((await attempt(as(READ_KEY), ...put)).stderr, /\(AccessDeniedException\)/)
  const look = ['describe-delivery-stream', '--delivery-stream-name', 'blobs']
  assert.equal((await attempt(as(READ_KEY), ...look)).code, 0)
}
