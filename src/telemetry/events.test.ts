import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HozonError } from '../base/errors.ts'
import { openTelemetry } from './events.ts'

const NOW = Date.UTC(2026, 10, 23, 2, 3, 4, 567)
const RUN = {
  id: 'r-1',
  stream: 'web',
  firstSegment: 1,
  lastSegment: 3,
  arrivalMs: NOW - 61_000,
  deliver: '{}',
}

function telemetry(human: boolean): { events: ReturnType<typeof openTelemetry>; lines: string[] } {
  const lines: string[] = []
  const events = openTelemetry({ clock: { now: () => NOW }, output: (line) => lines.push(line), human })
  return { events, lines }
}

test('a delivery is one JSON line and moves its metrics', () => {
  const { events, lines } = telemetry(false)
  events.delivery.committed(RUN, {
    objects: [{ bytes: 1000 }, { bytes: 24 }],
    records: 12,
    rejected: 2,
    late: 1,
  })
  assert.equal(lines.length, 1)
  assert.ok(lines[0]!.endsWith('}\n'))
  const line = JSON.parse(lines[0]!) as Record<string, unknown>
  assert.equal(line['time'], '2026-11-23T02:03:04.567Z')
  assert.equal(line['event'], 'delivery_committed')
  assert.deepEqual([line['stream'], line['records'], line['bytes'], line['lagMs']], ['web', 12, 1024, 61_000])
  const metrics = events.renderMetrics([])
  assert.match(metrics, /^hozon_deliver_bytes_total\{stream="web"\} 1024$/m)
  assert.match(metrics, /^hozon_deliver_runs_total\{stream="web"\} 1$/m)
  assert.match(metrics, /^hozon_deliver_lag_seconds\{stream="web"\} 61$/m)
})

test('a failure carries code and hint; recovery takes the alarm back', () => {
  const { events, lines } = telemetry(false)
  const error = new HozonError('HOZON_STORE_FULL', 'no space', {
    op: 'put',
    hint: 'free some',
    retryable: true,
  })
  events.delivery.failed('web', error)
  const line = JSON.parse(lines[0]!) as Record<string, unknown>
  assert.deepEqual([line['level'], line['code'], line['hint']], ['warn', 'HOZON_STORE_FULL', 'free some'])
  assert.match(events.renderMetrics([]), /^hozon_deliver_failing\{stream="web"\} 1$/m)
  events.delivery.recovered('web')
  assert.match(events.renderMetrics([]), /^hozon_deliver_failing\{stream="web"\} 0$/m)
})

test('on a terminal an event is one short line, whatever a file name holds', () => {
  const { events, lines } = telemetry(true)
  events.collect.fileDenied('web', '/var/log/a\n\u001b[2Jb')
  assert.equal(
    lines[0],
    '02:03:04 warn: web: /var/log/a [2Jb may not be read; give this user the right to read it\n',
  )
})

test('label values are escaped, and every metric has HELP and TYPE', () => {
  const { events } = telemetry(false)
  events.engine.died('a"b\\c\nd', 'SIGKILL')
  const text = events.renderMetrics([])
  assert.match(text, /^hozon_engine_deaths_total\{engine="a\\"b\\\\c\\nd"\} 1$/m)
  const names = [...text.matchAll(/^# TYPE (\S+) (counter|gauge)$/gm)]
  assert.ok(names.length > 15)
  for (const [, name, type] of names) {
    assert.match(name!, /^(hozon|aws_firehose)_[a-z0-9_]+$/)
    assert.equal(type === 'counter', name!.endsWith('_total'), name)
    assert.ok(text.includes(`# HELP ${name} `), name)
  }
})

test('the numbers that people know from CloudWatch go by the same names', () => {
  const { events } = telemetry(false)
  events.cloudWatch.add('web', 'PutRecordBatch.Requests', 1)
  events.cloudWatch.add('web', 'PutRecordBatch.Requests', 2)
  const deliver = JSON.stringify({ firehose: { conversion: {}, partitioning: {} } })
  events.delivery.committed(
    { ...RUN, deliver },
    { objects: [{ bytes: 1000 }, { bytes: 24 }], records: 12, rejected: 2, late: 0 },
  )
  assert.deepEqual(events.cloudWatch.of('web'), {
    'PutRecordBatch.Requests': 3,
    'DeliveryToS3.Records': 10,
    'DeliveryToS3.Bytes': 1024,
    'DeliveryToS3.ObjectCount': 2,
    'DeliveryToS3.Success': 1,
    PartitionCount: 2,
    'SucceedConversion.Records': 10,
    'FailedConversion.Records': 2,
  })
  const text = events.renderMetrics([])
  assert.match(text, /^aws_firehose_put_record_batch_requests_total\{delivery_stream_name="web"\} 3$/m)
  assert.match(text, /^aws_firehose_delivery_to_s3_object_count_total\{delivery_stream_name="web"\} 2$/m)
  events.cloudWatch.forget('web')
  assert.deepEqual(events.cloudWatch.of('web'), {})
  assert.doesNotMatch(events.renderMetrics([]), /delivery_stream_name="web"/)
})

test('a request that fails again and again is told once a minute', () => {
  const { events, lines } = telemetry(false)
  events.endpoint.failed(
    'PutRecord',
    new HozonError('HOZON_BUFFER_FULL', 'full', { op: 'append', retryable: true }),
  )
  events.endpoint.failed('PutRecord', new TypeError('bug'))
  events.endpoint.failed('PutRecord', new TypeError('bug'))
  events.endpoint.failed('PutRecord', new HozonError('HOZON_CATALOG_CORRUPT', 'damaged', { op: 'read' }))
  events.endpoint.failed('TagDeliveryStream', new TypeError('bug'))
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as { operation: string }).operation),
    ['PutRecord', 'PutRecord', 'TagDeliveryStream'],
  )
})
