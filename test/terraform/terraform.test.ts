/** Terraform with AWS's provider: what it declares is there, is what it finds again, changes, and goes away. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify, stripVTControlCharacters } from 'node:util'
import { GetBucketTaggingCommand } from '@aws-sdk/client-s3'
import { AthenaWorld } from '../athena/athena-world.ts'

const HOW_TO_GET_IT =
  'no Terraform: install it as https://developer.hashicorp.com/terraform/install says, and put `terraform` on the PATH or name it in HOZON_TEST_TERRAFORM'

/** Imported by id: what is known of them is what the server says. */
const TAKEN_OVER = {
  'aws_s3_bucket.lake': 'lake',
  'aws_glue_catalog_table.users': '123456789012:lake:users',
  'aws_athena_workgroup.team': 'team',
  'aws_kinesis_firehose_delivery_stream.clicks':
    'arn:aws:firehose:eu-west-1:123456789012:deliverystream/clicks',
}

/** Where the provider lies when it does not come from its registry. */
function pluginArguments(): string[] {
  const folder = process.env['HOZON_TEST_TERRAFORM_PLUGINS']
  return folder ? [`-plugin-dir=${folder}`] : []
}

describe('Terraform', () => {
  let world: AthenaWorld
  let folder: string
  before(async () => {
    world = await AthenaWorld.start()
    folder = world.world.folder
    copyFileSync(resolve(import.meta.dirname, 'main.tf'), join(folder, 'main.tf'))
    await terraform('init', ...pluginArguments())
  })
  after(() => world.end())

  /** Resolves with what it printed. */
  async function terraform(...args: string[]): Promise<string> {
    const { accessKeyId, secretAccessKey } = world.accessKey
    const program = process.env['HOZON_TEST_TERRAFORM'] || 'terraform'
    const env = {
      ...process.env,
      AWS_ENDPOINT_URL: world.control.url,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_REGION: 'eu-west-1',
      CHECKPOINT_DISABLE: '1',
      TF_IN_AUTOMATION: '1',
    }
    try {
      const run = await promisify(execFile)(program, args, { cwd: folder, env })
      return stripVTControlCharacters(run.stdout)
    } catch (error) {
      const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string }
      if (code === 'ENOENT') throw new Error(HOW_TO_GET_IT, { cause: error })
      const said = stripVTControlCharacters(`${stdout}\n${stderr}`)
      throw new Error(`terraform ${args.join(' ')}: ${String(code)}\n${said}`, { cause: error })
    }
  }

  /** Resolves with what it counted: `1 added, 0 changed, 0 destroyed`. */
  async function change(command: 'apply' | 'destroy', ...args: string[]): Promise<string | undefined> {
    const output = await terraform(command, '-auto-approve', ...args)
    return /complete! Resources: (.*)\./.exec(output)?.[1]
  }

  /** Throws, with the plan, where there is something to do. */
  async function findsNoDifference(...args: string[]): Promise<void> {
    assert.match(await terraform('plan', '-detailed-exitcode', ...args), /No changes/)
  }

  it('makes what is declared, and finds it so', async () => {
    assert.equal(await change('apply'), '14 added, 0 changed, 0 destroyed')
    assert.deepEqual(JSON.parse(await terraform('output', '-json', 'keys')), ['users/users.csv'])
    assert.equal(JSON.parse(await terraform('output', '-json', 'account')), '123456789012')
    await findsNoDifference()
  })

  it('what it made is there for all others', async () => {
    const [, ...rows] = await world.rows('SELECT id, name FROM lake.users ORDER BY id', { WorkGroup: 'team' })
    assert.deepEqual(rows, [
      ['1', 'Ann'],
      ['2', 'Bob'],
    ])
    const prepared = await world.rows('EXECUTE one_user', { WorkGroup: 'team', ExecutionParameters: ['2'] })
    assert.deepEqual(prepared[1], ['Bob'])
    assert.deepEqual(await bucketTags(), { kept: '30 days', team: 'logs' })
  })

  it('changes what has changed, and nothing else', async () => {
    assert.equal(await change('apply', '-var', 'days=7'), '0 added, 6 changed, 0 destroyed')
    await findsNoDifference('-var', 'days=7')
    assert.deepEqual(await bucketTags(), { kept: '7 days', team: 'logs' })
  })

  it('makes anew what is to be replaced', async () => {
    const replaced = ['aws_kinesis_firehose_delivery_stream.clicks', 'aws_glue_crawler.events']
    const done = await change('apply', '-var', 'days=7', ...replaced.map((address) => `-replace=${address}`))
    assert.equal(done, '2 added, 0 changed, 2 destroyed')
    await findsNoDifference('-var', 'days=7')
  })

  it('takes over what it finds', async () => {
    const imports = Object.entries(TAKEN_OVER).map(
      ([address, id]) => `import {\n  to = ${address}\n  id = "${id}"\n}\n`,
    )
    for (const address of Object.keys(TAKEN_OVER)) await terraform('state', 'rm', address)
    writeFileSync(join(folder, 'imports.tf'), imports.join(''))
    assert.equal(await change('apply', '-var', 'days=7'), '4 imported, 0 added, 2 changed, 0 destroyed')
    await findsNoDifference('-var', 'days=7')
  })

  it('takes everything away', async () => {
    assert.equal(await change('destroy', '-var', 'days=7'), '14 destroyed')
    // The streams' own stays.
    assert.deepEqual((await world.rows('SHOW DATABASES')).flat(), ['firehose'])
    await assert.rejects(bucketTags(), { name: 'NoSuchBucket' })
    assert.doesNotMatch(world.server.output().stderr, /"level":"(error|fatal)"/)
  })

  async function bucketTags(): Promise<Record<string, string>> {
    const { TagSet: tags = [] } = await world.s3.send(new GetBucketTaggingCommand({ Bucket: 'lake' }))
    return Object.fromEntries(tags.map(({ Key, Value }) => [Key!, Value!]))
  }
})
