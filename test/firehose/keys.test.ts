/** Names of objects: AWS's grammar, prefixes and extensions. Times are checked against Intl, not against our own code. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { FirehoseWorld, processing, processor, type StoredObject } from './firehose-world.ts'

let firehose: FirehoseWorld
before(async () => {
  firehose = await FirehoseWorld.start()
})
after(() => firehose.end())

const NAME =
  /^(?<prefix>.*?)(?<stream>[a-z-]+)-(?<version>\d+)-(?<time>\d{4}-\d{2}-\d{2}-\d{2}-\d{2}-\d{2})-(?<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?<extension>.*)$/
const ERRORS = { ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/' }

function partsOf({ key }: StoredObject): Record<string, string> {
  const found = NAME.exec(key)?.groups
  assert.ok(found, key)
  return found
}

/** The name's time is in the stream's time zone; the folders must be the same instant. */
function defaultFolders({ time }: Record<string, string>): string {
  return `${time!.split('-').slice(0, 4).join('/')}/`
}

async function keyOf(stream: string, settings: Parameters<FirehoseWorld['create']>[1]) {
  await firehose.create(stream, settings)
  const objects = await firehose.deliver(stream, ['{}\n'])
  assert.equal(objects.length, 1)
  return partsOf(objects[0]!)
}

test('no prefix: folders of the time, then the name', async () => {
  const from = Date.now()
  const key = await keyOf('plain', {})
  assert.equal(key['prefix'], defaultFolders(key))
  const { stream, version, extension } = key
  assert.deepEqual({ stream, version, extension }, { stream: 'plain', version: '1', extension: '' })
  const [year, month, day, hour, minute, second] = key['time']!.split('-').map(Number)
  const time = Date.UTC(year!, month! - 1, day, hour, minute, second)
  assert.ok(time >= from - 1000 && time <= Date.now(), 'in UTC')
})

for (const [stream, prefix, before] of [
  ['folder', 'web/logs/', 'web/logs/'],
  ['no-slash', 'legacy', 'legacy'],
  ['dots', 'a.b_c=d+e@f/', 'a.b_c=d+e@f/'],
  ['japanese', '保存/', '保存/'],
] as const)
  test(`the prefix ${prefix} gets the time as it is`, async () => {
    const key = await keyOf(stream, { Prefix: prefix })
    assert.equal(key['prefix'], before + defaultFolders(key))
  })

test('a prefix with a timestamp stays as it is, and may end in the name', async () => {
  const key = await keyOf('stamped', { Prefix: 'y=!{timestamp:yyyy}/part_', ...ERRORS })
  assert.equal(key['prefix'], `y=${key['time']!.slice(0, 4)}/part_`)
})

test('random strings: 11 letters and digits, each another', async () => {
  const Prefix = '!{firehose:random-string}/!{firehose:random-string}/!{timestamp:yyyy}/'
  const key = await keyOf('random', { Prefix, ...ERRORS })
  const [, first, second] = /^([A-Za-z0-9]{11})\/([A-Za-z0-9]{11})\/\d{4}\/$/.exec(key['prefix']!) ?? []
  assert.ok(first !== undefined && second !== undefined, key['prefix'])
  assert.notEqual(first, second)
  await firehose.deliver('random', ['{}\n'])
  const prefixes = firehose.objects('random').map((object) => partsOf(object)['prefix'])
  assert.equal(new Set(prefixes).size, 2, 'the next object has others')
})

test('a random string alone does not replace the time', async () => {
  const key = await keyOf('random-only', { Prefix: 'r/!{firehose:random-string}/', ...ERRORS })
  assert.match(key['prefix']!, /^r\/\w{11}\/\d{4}\/\d{2}\/\d{2}\/\d{2}\/$/)
})

/** One of them is at another day than UTC at any time. */
for (const zone of ['Pacific/Kiritimati', 'Pacific/Niue', 'Asia/Kolkata', 'Asia/Tokyo'])
  test(`${zone}: folders and name are of its own day and hour`, async () => {
    const stream = zone.toLowerCase().replaceAll(/[^a-z]/g, '-')
    const key = await keyOf(stream, {
      Prefix: '!{timestamp:yyyy/MM/dd/HH/}!{timestamp:XXX VV}/!{timestamp:yyyy-MM-dd HH:mm:ss.SSS XXX}/',
      CustomTimeZone: zone,
      ...ERRORS,
    })
    const [folders, offset, instant] = [
      key['prefix']!.slice(0, 14),
      ...key['prefix']!.slice(14).split('/').slice(0, -1).join('/').split(`${zone}/`),
    ]
    const time = instantOf(instant!)
    const { year, month, day, hour, minute, second } = localParts(time, zone)
    assert.equal(folders, `${year}/${month}/${day}/${hour}/`)
    assert.equal(key['time'], [year, month, day, hour, minute, second].join('-'))
    assert.equal(offset, `${offsetOf(time, zone)} `)
    assert.ok(Math.abs(Date.now() - time) < 60_000)
  })

/** `2026-11-23 05:06:07.890 +05:30` */
function instantOf(text: string): number {
  const [date, time, offset] = text.split(' ')
  const instant = Date.parse(`${date}T${time}${offset}`)
  assert.ok(Number.isFinite(instant), text)
  return instant
}

function localParts(time: number, timeZone: string): Record<string, string> {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  return Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]))
}

function named(time: number, timeZone: string, options: Intl.DateTimeFormatOptions): string {
  const [first] = Object.keys(options)
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, ...options }).formatToParts(time)
  return parts.find(({ type }) => type === first)?.value ?? ''
}

/** `+05:30` */
function offsetOf(time: number, zone: string): string {
  return named(time, zone, { timeZoneName: 'longOffset' }).replace('GMT', '') || 'Z'
}

interface Local {
  time: number
  zone: string
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  milli: number
  /** Of the year, from 1. */
  dayOfYear: number
  /** 0 = Sunday. */
  weekday: number
}

function localOf(time: number, zone: string): Local {
  const { year, month, day, hour, minute, second } = localParts(time, zone)
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day))
  return {
    time,
    zone,
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    milli: new Date(time).getUTCMilliseconds(),
    dayOfYear: (midnight - Date.UTC(Number(year), 0, 1)) / 86_400_000 + 1,
    weekday: new Date(midnight).getUTCDay(),
  }
}

const two = (value: number): string => String(value).padStart(2, '0')
const three = (value: number): string => String(value).padStart(3, '0')
const milliOfDay = ({ hour, minute, second, milli }: Local): number =>
  ((hour * 60 + minute) * 60 + second) * 1000 + milli
/** Weeks of the United States begin on Sunday, the first has January 1st. */
const weekOfYear = ({ dayOfYear, weekday, year }: Local): number => {
  const untilNextYear = (isLeap(year) ? 366 : 365) - dayOfYear + 1
  if (weekday + untilNextYear < 7) return 1
  return Math.floor((dayOfYear - 1 + weekdayOfNewYear({ dayOfYear, weekday })) / 7) + 1
}
const weekdayOfNewYear = ({ dayOfYear, weekday }: { dayOfYear: number; weekday: number }): number =>
  (((weekday - (dayOfYear - 1)) % 7) + 7) % 7
const weekYear = (local: Local): number =>
  local.month === 12 && weekOfYear(local) === 1 ? local.year + 1 : local.year
const weekOfMonth = ({ day, weekday }: Local): number =>
  Math.floor((day - 1 + ((((weekday - (day - 1)) % 7) + 7) % 7)) / 7) + 1
const isLeap = (year: number): boolean => new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1
const quarter = ({ month }: Local): number => Math.ceil(month / 3)

/** What java.time's DateTimeFormatter makes of each letter, told without it. */
const FAMILIES: Record<string, [pattern: string, expected: (local: Local) => string][]> = {
  years: [
    ['y', ({ year }) => String(year)],
    ['yy', ({ year }) => two(year % 100)],
    ['yyyy', ({ year }) => String(year)],
    ['uuuu', ({ year }) => String(year)],
    ['YYYY', (local) => String(weekYear(local))],
    ['G', () => 'AD'],
    ['GGGG', () => 'Anno Domini'],
    ['Q', (local) => String(quarter(local))],
    ['qq', (local) => two(quarter(local))],
    ['QQQ', (local) => `Q${quarter(local)}`],
  ],
  months: [
    ['M', ({ month }) => String(month)],
    ['MM', ({ month }) => two(month)],
    ['MMM', ({ time, zone }) => named(time, zone, { month: 'short' })],
    ['MMMM', ({ time, zone }) => named(time, zone, { month: 'long' })],
    ['L', ({ month }) => String(month)],
    ['d', ({ day }) => String(day)],
    ['dd', ({ day }) => two(day)],
    ['D', ({ dayOfYear }) => String(dayOfYear)],
    ['DDD', ({ dayOfYear }) => three(dayOfYear)],
    ['w', (local) => String(weekOfYear(local))],
    ['ww', (local) => two(weekOfYear(local))],
    ['W', (local) => String(weekOfMonth(local))],
  ],
  days: [
    ['E', ({ time, zone }) => named(time, zone, { weekday: 'short' })],
    ['EEEE', ({ time, zone }) => named(time, zone, { weekday: 'long' })],
    ['EEEEE', ({ time, zone }) => named(time, zone, { weekday: 'narrow' })],
    ['e', ({ weekday }) => String(weekday + 1)],
    ['ee', ({ weekday }) => two(weekday + 1)],
    ['c', ({ weekday }) => String(weekday + 1)],
    ['a', ({ hour }) => (hour < 12 ? 'AM' : 'PM')],
    ['HH', ({ hour }) => two(hour)],
    ['k', ({ hour }) => String(hour === 0 ? 24 : hour)],
    ['K', ({ hour }) => String(hour % 12)],
    ['hh', ({ hour }) => two(hour % 12 === 0 ? 12 : hour % 12)],
  ],
  fractions: [
    ['m', ({ minute }) => String(minute)],
    ['mm', ({ minute }) => two(minute)],
    ['ss', ({ second }) => two(second)],
    ['S', ({ milli }) => three(milli)[0]!],
    ['SSS', ({ milli }) => three(milli)],
    ['SSSSSS', ({ milli }) => `${three(milli)}000`],
    ['n', ({ milli }) => String(milli * 1_000_000)],
    ['A', (local) => String(milliOfDay(local))],
    ['N', (local) => String(milliOfDay(local) * 1_000_000)],
  ],
  zones: [
    ['VV', ({ zone }) => zone],
    ['z', () => 'JST'],
    ['zzzz', ({ time, zone }) => named(time, zone, { timeZoneName: 'long' })],
    ['O', () => 'GMT+9'],
    ['OOOO', () => 'GMT+09:00'],
    ['X', () => '+09'],
    ['XX', () => '+0900'],
    ['XXX', () => '+09:00'],
    ['x', () => '+09'],
    ['xxx', () => '+09:00'],
    ['Z', () => '+0900'],
    ['ZZZZ', () => 'GMT+09:00'],
    ['ZZZZZ', () => '+09:00'],
  ],
  texts: [
    ["yyyy'year'", ({ year }) => `${year}year`],
    ["'dt='yyyy", ({ year }) => `dt=${year}`],
    ["H''mm", ({ hour, minute }) => `${hour}'${two(minute)}`],
    ['pppH', ({ hour }) => String(hour).padStart(3)],
    ['[yyyy]', ({ year }) => String(year)],
    ['yyyy-MM', ({ year, month }) => `${year}-${two(month)}`],
  ],
}

for (const [family, patterns] of Object.entries(FAMILIES))
  test(`timestamps: ${family}`, async () => {
    const zone = 'Asia/Tokyo'
    // The instant itself first, all divided by what no pattern gives.
    const all = ['yyyy-MM-dd HH:mm:ss.SSS XXX', ...patterns.map(([pattern]) => pattern)]
    const key = await keyOf(`time-${family}`, {
      Prefix: `${all.map((pattern) => `!{timestamp:${pattern}}`).join('~')}/`,
      CustomTimeZone: zone,
      ...ERRORS,
    })
    const [instant, ...values] = key['prefix']!.slice(0, -1).split('~')
    const local = localOf(instantOf(instant!), zone)
    assert.deepEqual(
      Object.fromEntries(patterns.map(([pattern], index) => [pattern, values[index]])),
      Object.fromEntries(patterns.map(([pattern, expected]) => [pattern, expected(local)])),
    )
  })

for (const [stream, settings, extension] of [
  ['ext-gzip', { CompressionFormat: 'GZIP' }, '.gz'],
  ['ext-own', { FileExtension: '.jsonl' }, '.jsonl'],
  ['ext-own-gzip', { FileExtension: '.json.gz', CompressionFormat: 'GZIP' }, '.json.gz'],
  ['ext-empty', { FileExtension: '', CompressionFormat: 'ZIP' }, '.zip'],
  ['ext-odd', { FileExtension: "._!'(*)" }, "._!'(*)"],
] as const)
  test(`the extension of ${JSON.stringify(settings)}`, async () => {
    assert.equal((await keyOf(stream, settings))['extension'], extension)
  })

/** Text is no gzip. */
const FAILING = processing(processor('Decompression', { CompressionFormat: 'GZIP' }))

for (const [stream, settings, prefix] of [
  ['error-default', {}, /^decompression-failed\/\d{4}\/\d{2}\/\d{2}\/\d{2}\/$/],
  ['error-below-prefix', { Prefix: 'base/' }, /^base\/decompression-failed\/\d{4}\/\d{2}\/\d{2}\/\d{2}\/$/],
  ['error-plain', { ErrorOutputPrefix: 'errors' }, /^errors\d{4}\/\d{2}\/\d{2}\/\d{2}\/$/],
  [
    'error-expressions',
    { ErrorOutputPrefix: 'e/!{firehose:random-string}/!{firehose:error-output-type}/!{timestamp:XXX}/' },
    /^e\/\w{11}\/decompression-failed\/\+09:00\/$/,
  ],
] as const)
  test(`errors below ${JSON.stringify(settings)}: in the stream's time zone, without an extension`, async () => {
    const others = { CustomTimeZone: 'Asia/Tokyo', FileExtension: '.log', CompressionFormat: 'GZIP' } as const
    const key = await keyOf(stream, { ...others, ...settings, ...FAILING })
    assert.match(key['prefix']!, prefix)
    assert.equal(key['extension'], '')
    const [year, month, day, hour, minute, second] = key['time']!.split('-').map(Number)
    const inTokyo = Date.UTC(year!, month! - 1, day, hour, minute, second) - 9 * 3_600_000
    assert.ok(Math.abs(inTokyo - Date.now()) < 60_000)
  })

test('each update counts in the names of later objects', async () => {
  await firehose.create('versions', { Prefix: 'one/' })
  await firehose.deliver('versions', ['1'])
  await firehose.update('versions', { Prefix: 'two/' })
  await firehose.deliver('versions', ['2'])
  await firehose.update('versions', { CompressionFormat: 'GZIP', FileExtension: '.third' })
  await firehose.deliver('versions', ['3'])
  const found = firehose.objects('versions').map(partsOf)
  assert.deepEqual(
    found.map(({ prefix, version, extension }) => `${prefix!.split('/')[0]} ${version}${extension}`).sort(),
    ['one 1', 'two 2', 'two 3.third'],
  )
  const rows = await firehose.sql('SELECT line FROM firehose.versions ORDER BY 1')
  assert.deepEqual(
    rows.map(({ line }) => line),
    ['1', '2', '3'],
  )
})

test('two streams may share a bucket and a prefix', async () => {
  for (const stream of ['share-a', 'share-b'])
    await firehose.create(stream, { BucketARN: 'arn:aws:s3:::shared', Prefix: 'same/' })
  await Promise.all(['share-a', 'share-b'].map((stream) => firehose.deliver(stream, [stream])))
  const found = firehose.objects('shared').map((object) => [partsOf(object)['stream'], String(object.bytes)])
  assert.deepEqual(found, [
    ['share-a', 'share-a'],
    ['share-b', 'share-b'],
  ])
})

test('every stream accounts for its records', async () => {
  await firehose.audit()
})
