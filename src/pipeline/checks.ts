/** Rules across keys and across streams: what each value alone can not tell. */
import type { Compression, StreamConfig } from '../base/stream.ts'
import { defaultTable } from './defaults.ts'
import { prefixProblems, staticPart } from './prefix-rules.ts'
import type { Path, PathProblem } from './problem.ts'
import { COMPRESSIONS, type PipelineInput, type StreamInput } from './schema.ts'

const COMPRESSIONS_OF: Record<StreamConfig['deliver']['format'], readonly Compression[]> = {
  parquet: ['zstd', 'snappy', 'gzip', 'none'],
  json: COMPRESSIONS,
  raw: COMPRESSIONS,
}

export interface CheckedStream {
  input: StreamInput
  config: StreamConfig
}

export function checkStream({ input, config }: CheckedStream): PathProblem[] {
  const at: Path = ['streams', config.name]
  return [
    ...checkCompression(config, [...at, 'deliver', 'compression']),
    ...checkRaw(input, config, at),
    ...checkTimes(config, at),
    ...checkPathsTwice(config, at),
    ...checkTableDefault(input, config, at),
    ...prefixProblems(config, at),
  ]
}

export function checkStore(store: PipelineInput['store']): PathProblem[] {
  if (store?.path === undefined || store.s3 === undefined) return []
  return [{ path: ['store', 's3'], message: 'either path or s3, not both', atKey: true }]
}

export function checkEndpoint(endpoint: PipelineInput['endpoint']): PathProblem[] {
  const { certificate, key } = endpoint ?? {}
  if ((certificate === undefined) === (key === undefined)) return []
  const [given, missing] = key === undefined ? ['certificate', 'key'] : ['key', 'certificate']
  return [{ path: ['endpoint', given], message: `is of no use without ${missing}`, atKey: true }]
}

/** Streams that would write over each other. The later one is shown, with the first that it is in the way of. */
export function checkPairs(streams: readonly CheckedStream[]): PathProblem[] {
  return streams.flatMap((stream, index) => {
    const earlier = streams.slice(0, index)
    const ofTables = earlier.flatMap((other) => tableClash(stream, other))
    const ofPrefixes = earlier.flatMap((other) => prefixClash(stream, other))
    return [...ofTables.slice(0, 1), ...ofPrefixes.slice(0, 1)]
  })
}

function checkCompression({ deliver }: StreamConfig, path: Path): PathProblem[] {
  const allowed = COMPRESSIONS_OF[deliver.format]
  if (allowed.includes(deliver.compression)) return []
  const message = `${deliver.compression} does not go with format ${deliver.format}; it may be ${allowed.join(', ')}`
  return [{ path, message }]
}

/** A raw stream keeps its bytes as they came: nothing is parsed, so there is no event time either. */
function checkRaw(input: StreamInput, { deliver }: StreamConfig, at: Path): PathProblem[] {
  if (deliver.format !== 'raw') return []
  const problems: PathProblem[] = []
  if (deliver.partitionBy === 'event') {
    const message = 'format raw has no event time; write arrival, or format: json'
    problems.push({ path: [...at, 'deliver', 'partitionBy'], message })
  }
  for (const [index, { tail }] of (input.collect ?? []).entries()) {
    const path = [...at, 'collect', index, 'tail']
    const message = 'has no effect with format raw; leave it out, or write format: json'
    if (tail.parse !== undefined && tail.parse !== 'none')
      problems.push({ path: [...path, 'parse'], message })
    if (tail.time !== undefined) problems.push({ path: [...path, 'time'], message })
  }
  return problems
}

/** One stream is one table, and its rows have one event time. */
function checkTimes({ collect, deliver }: StreamConfig, at: Path): PathProblem[] {
  return collect.flatMap((source, index) => {
    if (source.time === undefined || source.time === deliver.time) return []
    const message = `another source of this stream has time ${deliver.time}; use one field, or make two streams`
    return [{ path: [...at, 'collect', index, 'tail', 'time'], message }]
  })
}

/** Two sources of one stream would each keep a position of the same file, and each read it. */
function checkPathsTwice({ collect }: StreamConfig, at: Path): PathProblem[] {
  const seen = new Set<string>()
  return collect.flatMap((source, index) =>
    source.paths.flatMap((path, position) => {
      if (seen.size < seen.add(path).size) return []
      const message = 'is given twice in this stream; leave one of them out'
      return [{ path: [...at, 'collect', index, 'tail', 'paths', position], message }]
    }),
  )
}

function checkTableDefault(input: StreamInput, { name }: StreamConfig, at: Path): PathProblem[] {
  if (input.table !== undefined || /^logs\.[a-z0-9_]+$/.test(defaultTable(name))) return []
  return [
    { path: at, message: 'needs a table of its own: no table name can be made of this name', atKey: true },
  ]
}

function tableClash(stream: CheckedStream, earlier: CheckedStream): PathProblem[] {
  const [mine, theirs] = [stream.config.table, earlier.config.table]
  if (mine.database !== theirs.database) return []
  const names = [mine.name, `${mine.name}_errors`]
  if (!names.includes(theirs.name) && mine.name !== `${theirs.name}_errors`) return []
  const isSame = mine.name === theirs.name
  const message = `${isSame ? 'the same table as' : 'clashes with the table for rejected lines of'} stream ${earlier.config.name}: ${theirs.database}.${theirs.name}`
  const at = ['streams', stream.config.name]
  return [
    stream.input.table === undefined
      ? { path: at, message, atKey: true }
      : { path: [...at, 'table'], message },
  ]
}

/** A table is a folder of the bucket to every other engine: one inside the other would mix their rows. */
function prefixClash(stream: CheckedStream, earlier: CheckedStream): PathProblem[] {
  const [mine, theirs] = [stream.config.deliver, earlier.config.deliver]
  if (mine.bucket !== theirs.bucket) return []
  const [myFolder, theirFolder] = [staticPart(mine.prefix), staticPart(theirs.prefix)]
  if (!myFolder.startsWith(theirFolder) && !theirFolder.startsWith(myFolder)) return []
  const message = `overlaps with stream ${earlier.config.name} in bucket ${mine.bucket} (${JSON.stringify(myFolder)} and ${JSON.stringify(theirFolder)}); begin it with the stream's name`
  return [{ path: ['streams', stream.config.name, 'deliver', 'prefix'], message }]
}
