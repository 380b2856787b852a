/** Streams that are deleted while their bucket can not be had, and servers that start then. */
import assert from 'node:assert/strict'
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import {
  DeleteDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  ListDeliveryStreamsCommand,
  ResourceInUseException,
  ResourceNotFoundException,
} from '@aws-sdk/client-firehose'
import { eventually } from '../hozon-process.ts'
import { FirehoseWorld } from './firehose-world.ts'

const SOON = { BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 0 } }

async function started(t: TestContext): Promise<FirehoseWorld> {
  const hozon = await FirehoseWorld.start()
  t.after(() => hozon.end())
  return hozon
}

/** As a bucket that was removed behind Hozon's back and can not be made again. */
function breakBucket(hozon: FirehoseWorld, bucket: string): { mend: () => void } {
  const folder = join(hozon.world.data, 'store', bucket)
  const aside = `${folder}-aside`
  if (existsSync(folder)) renameSync(folder, aside)
  writeFileSync(folder, 'not a folder')
  return {
    mend() {
      rmSync(folder)
      renameSync(aside, folder)
    },
  }
}

async function statusOf({ client }: FirehoseWorld, DeliveryStreamName: string): Promise<string | undefined> {
  try {
    const shown = await client.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName }))
    return shown.DeliveryStreamDescription?.DeliveryStreamStatus
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined
    throw error
  }
}

const remove = (hozon: FirehoseWorld, DeliveryStreamName: string, AllowForceDelete = false) =>
  hozon.client.send(new DeleteDeliveryStreamCommand({ DeliveryStreamName, AllowForceDelete }))

test('an empty stream is gone when its deletion is answered', async (t) => {
  const hozon = await started(t)
  for (let life = 0; life < 3; life++) {
    await hozon.create('empty')
    await remove(hozon, 'empty')
    assert.equal(await statusOf(hozon, 'empty'), undefined)
  }
})

test('a stream whose records can not be delivered is DELETING, until it is forced or its bucket is back', async (t) => {
  const hozon = await started(t)
  for (const name of ['forced', 'patient']) {
    await hozon.create(name, SOON)
    await hozon.put(name, ['before'])
    await hozon.flush(name)
  }
  const broken = ['forced', 'patient'].map((bucket) => breakBucket(hozon, bucket))
  for (const name of ['forced', 'patient']) {
    await hozon.put(name, ['after'])
    await remove(hozon, name)
    assert.equal(await statusOf(hozon, name), 'DELETING')
    await assert.rejects(hozon.put(name, ['late']), ResourceNotFoundException)
    await assert.rejects(hozon.create(name), ResourceInUseException)
    // Once more is no error, and changes nothing.
    await remove(hozon, name)
  }
  await remove(hozon, 'forced', true)
  assert.equal(await statusOf(hozon, 'forced'), undefined)

  await hozon.world.kill()
  await hozon.up()
  assert.equal(await statusOf(hozon, 'patient'), 'DELETING')
  const { DeliveryStreamNames: names } = await hozon.client.send(new ListDeliveryStreamsCommand({}))
  assert.deepEqual(names, ['patient'])
  for (const { mend } of broken) mend()
  await hozon.world.stop()
  await hozon.up()
  await eventually(
    async () => ((await statusOf(hozon, 'patient')) === undefined ? true : undefined),
    'its end',
  )
  assert.equal(hozon.objects('patient').length, 2)

  // What was given up is gone, and its name and table go on.
  await hozon.create('forced', SOON)
  await hozon.put('forced', ['new'])
  await hozon.flush('forced')
  assert.deepEqual(
    (await hozon.sql('SELECT line FROM firehose.forced ORDER BY line')).map(({ line }) => line),
    ['before', 'new'],
  )
  await hozon.audit()
})

test('a bucket that can not be had keeps neither the server from starting nor other streams from delivering', async (t) => {
  const hozon = await started(t)
  for (const name of ['well', 'ill']) await hozon.create(name, SOON)
  await hozon.put('ill', ['first'])
  await hozon.flush('ill')
  const { mend } = breakBucket(hozon, 'ill')
  await hozon.put('ill', ['second'])
  await hozon.world.kill()
  await hozon.up()
  await hozon.put('ill', ['third'])
  await hozon.put('well', ['other'])
  await hozon.flush('well')
  assert.equal(hozon.objects('well').length, 1)
  const problems = await eventually(async () => {
    const report = await hozon.control.status()
    return report.problems.length > 0 ? report.problems : undefined
  }, 'the problem')
  assert.match(problems.join(), /ill: deliveries wait/)
  mend()
  await hozon.world.stop()
  await hozon.up()
  await hozon.flush('ill')
  assert.deepEqual(
    (await hozon.sql('SELECT line FROM firehose.ill ORDER BY line')).map(({ line }) => line),
    ['first', 'second', 'third'],
  )
  await hozon.audit()
})
