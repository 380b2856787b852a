/** Reads, checks and completes a pipeline file. Everything that is wrong with it is found in one go. */
import { dirname, resolve } from 'node:path'
import { HozonError, systemCode } from '../base/errors.ts'
import type { Files } from '../sys/sys.ts'
import { checkEndpoint, checkPairs, checkStore, checkStream, type CheckedStream } from './checks.ts'
import { toEndpointConfig, toFunctionTargets, toStoreConfig, toStreamConfig } from './defaults.ts'
import { moduleProblems } from './function-modules.ts'
import type { LoadedPipeline, Pipeline } from './pipeline.ts'
import { readYaml, type PositionedText } from './positions.ts'
import { byPlace, type PathProblem, type Problem } from './problem.ts'
import { pipelineSchema, type PipelineInput, type StreamInput } from './schema.ts'
import { checkShape } from './shape.ts'
import { fileWarnings } from './warnings.ts'

export interface LoadOptions {
  env: NodeJS.ProcessEnv
  /** DIR, absolute: the home of the embedded store when the file names none. */
  dataDirectory: string
}

/** Rejects with HOZON_PIPELINE_READ when there is no such file or it can not be read. */
export async function loadPipeline(
  sys: { files: Files },
  path: string,
  options: LoadOptions,
): Promise<LoadedPipeline> {
  const { locate, ...loaded } = parsePipeline(path, await readText(sys.files, path), options)
  if (loaded.pipeline === undefined) return loaded
  const missing = await moduleProblems(sys.files, loaded.pipeline.functions)
  if (missing.length > 0) return { problems: missing.map(locate).sort(byPlace), warnings: [] }
  const warnings = await fileWarnings(sys.files, loaded.pipeline.streams)
  return { ...loaded, warnings: warnings.map(locate).sort(byPlace) }
}

/** `path` is shown in problems as it is given; relative paths in the text start from its folder. */
export function parsePipeline(
  path: string,
  text: string,
  options: LoadOptions,
): LoadedPipeline & Pick<PositionedText, 'locate'> {
  const yaml = readYaml(path, text, options.env)
  const { locate } = yaml
  if (yaml.value === undefined) return { problems: yaml.problems, warnings: [], locate }
  const value = withoutNulls(yaml.value)
  const base = dirname(resolve(path))
  const shape = checkShape(pipelineSchema, value)
  const streams = wellShapedStreams(value, shape, base)
  const functions = hasProblemBelow(shape, ['functions']) ? undefined : (value as PipelineInput).functions
  const catalogs = hasProblemBelow(shape, ['catalogs']) ? undefined : (value as PipelineInput).catalogs
  const store = hasProblemBelow(shape, ['store']) ? undefined : (value as PipelineInput).store
  const endpoint = hasProblemBelow(shape, ['endpoint']) ? undefined : (value as PipelineInput).endpoint
  const ofStreams = [...streams.flatMap(checkStream), ...checkPairs(streams)]
  const found = [...shape, ...ofStreams, ...checkStore(store), ...checkEndpoint(endpoint)]
  const problems = merged(yaml.problems, found.map(locate))
  if (problems.length > 0) return { problems, warnings: [], locate }
  const pipeline: Pipeline = {
    file: resolve(path),
    streams: streams.map(({ config }) => config),
    functions: toFunctionTargets(functions, base),
    catalogs: catalogs ?? {},
    store: toStoreConfig(store, base, options.dataDirectory),
    endpoint: toEndpointConfig(endpoint, base),
  }
  return { pipeline, warnings: [], locate }
}

/** What is wrong with the text comes first; a value that it spoiled is not complained about again. */
function merged(ofText: readonly Problem[], found: readonly Problem[]): Problem[] {
  const isSame = (a: Problem, b: Problem): boolean => a.line === b.line && a.col === b.col
  const fresh = found.filter((problem) => !ofText.some((earlier) => isSame(problem, earlier)))
  return [...ofText, ...fresh].sort(byPlace)
}

async function readText(files: Files, path: string): Promise<string> {
  try {
    return (await files.readFile(path)).toString('utf8')
  } catch (error) {
    const reasons: Record<string, string> = {
      ENOENT: 'no such file',
      EACCES: 'permission denied',
      EISDIR: 'it is a folder',
    }
    const message =
      reasons[systemCode(error) ?? ''] ?? (error instanceof Error ? error.message : String(error))
    const hint = 'name the pipeline file, as in `hozon up my-pipeline.yaml`'
    throw new HozonError('HOZON_PIPELINE_READ', message, { op: 'read', target: path, hint, cause: error })
  }
}

/** `web:` with nothing behind it is a stream of defaults; the same goes for `deliver:`, `functions:` … */
function withoutNulls(value: unknown): unknown {
  // An empty file is one without streams.
  if (value === null) return {}
  if (!isRecord(value)) return value
  const copy: Record<string, unknown> = { ...value }
  for (const key of ['store', 'functions', 'catalogs', 'endpoint']) if (copy[key] === null) copy[key] = {}
  if (isRecord(copy['streams'])) {
    const entries = Object.entries(copy['streams']).map(([name, stream]) => {
      if (stream === null) return [name, {}]
      return [name, isRecord(stream) && stream['deliver'] === null ? { ...stream, deliver: {} } : stream]
    })
    copy['streams'] = Object.fromEntries(entries)
  }
  return copy
}

function wellShapedStreams(value: unknown, shape: readonly PathProblem[], base: string): CheckedStream[] {
  const streams = isRecord(value) && isRecord(value['streams']) ? value['streams'] : {}
  return Object.keys(streams)
    .filter((name) => !hasProblemBelow(shape, ['streams', name]))
    .map((name) => {
      const input = streams[name] as StreamInput
      return { input, config: toStreamConfig(name, input, base) }
    })
}

function hasProblemBelow(problems: readonly PathProblem[], path: readonly string[]): boolean {
  return problems.some((problem) => path.every((step, index) => problem.path[index] === step))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
