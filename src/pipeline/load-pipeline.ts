/** Reads, checks and completes a pipeline file. Everything that is wrong with it is found in one go. */
import { dirname, resolve } from 'node:path'
import { HozonError, systemCode } from '../base/errors.ts'
import type { Files } from '../sys/sys.ts'
import { checkPairs, checkStore, checkStream, type CheckedStream } from './checks.ts'
import { toStoreConfig, toStreamConfig } from './defaults.ts'
import type { LoadedPipeline } from './pipeline.ts'
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
  const text = await readText(sys.files, path)
  const loaded = parsePipeline(path, text, options)
  if (loaded.pipeline === undefined) return loaded
  return {
    ...loaded,
    warnings: [...loaded.warnings, ...(await fileWarnings(sys.files, path, loaded.pipeline))],
  }
}

/** `path` is shown in problems as it is given; relative paths in the text start from its folder. */
export function parsePipeline(path: string, text: string, options: LoadOptions): LoadedPipeline {
  const yaml = readYaml(path, text, options.env)
  if (yaml.value === undefined) return { problems: orEmptyFile(yaml, path), warnings: [] }
  const value = withoutNulls(yaml.value)
  const base = dirname(resolve(path))
  const shape = checkShape(pipelineSchema, value)
  const streams = wellShapedStreams(value, [...shape], base)
  const store = hasProblemBelow(shape, ['store']) ? undefined : (value as PipelineInput).store
  const found = [...shape, ...streams.flatMap(checkStream), ...checkPairs(streams), ...checkStore(store)]
  const problems = [...yaml.problems, ...found.map((problem) => yaml.locate(problem))].sort(byPlace)
  if (problems.length > 0) return { problems, warnings: [] }
  return {
    pipeline: {
      file: resolve(path),
      streams: streams.map(({ config }) => config),
      store: toStoreConfig(store, base, options.dataDirectory),
    },
    warnings: [],
  }
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

function orEmptyFile(yaml: PositionedText, file: string): Problem[] {
  if (yaml.problems.length > 0) return yaml.problems
  return [
    { file, line: 1, col: 1, path: '', message: 'is empty; a pipeline file has at least the key streams' },
  ]
}

/** `web:` with nothing behind it is a stream of defaults; the same goes for `deliver:` and `store:`. */
function withoutNulls(value: unknown): unknown {
  if (!isRecord(value)) return value
  const copy: Record<string, unknown> = { ...value, ...(value['store'] === null ? { store: {} } : {}) }
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
