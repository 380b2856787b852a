/**
 * What a file is, as AWS's classifiers find out: the custom ones in their order, then the built-in ones; the first that is
 * certain, else the most certain one. Runs in a process of its own: patterns of users and damaged files can do what they
 * like there.
 */
import { DEFAULT_DECODE_LIMITS } from '../../../../format/encodings/encoding.ts'
import { decodeFile } from '../../../../format/encodings/file-compression.ts'
import type { Files, OpenFile } from '../../../../sys/sys.ts'
import { guessCsv } from './csv-schema.ts'
import type { Classified, ClassifyJob, CustomClassifier, Guess } from './file-schema.ts'
import { guessGrok, LOG_PATTERNS } from './grok-schema.ts'
import { guessJson } from './json-schema.ts'
import { FOOTER_BYTES_MAX, footerBytes, parquetColumns, TAIL_BYTES } from './parquet-schema.ts'

/** Of the text that a file holds. AWS looks at as much. */
const SAMPLE_BYTES = 1024 * 1024
const READ_BYTES = 256 * 1024

/** Of files that are known, and that no query here can read. */
const REFUSED: { magic: string; name: string }[] = [
  { magic: 'ORC', name: 'orc' },
  { magic: 'Obj\x01', name: 'avro' },
  { magic: '<?xml', name: 'xml' },
  { magic: '\xe0\x01\x00\xea', name: 'ion' },
]

/** Rejects where the file can not be read. */
export async function classifyFile(files: Files, job: ClassifyJob): Promise<Classified> {
  const file = await files.open(job.path, 'read')
  try {
    return (await classifyParquet(file, job.bytes)) ?? (await classifyText(file, job))
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw error
    // Damaged: what is wrong with it is the answer.
    return { unknown: error instanceof Error ? error.message : String(error) }
  } finally {
    await file.close()
  }
}

async function classifyParquet(file: OpenFile, bytes: number): Promise<Classified | undefined> {
  const head = await readAt(file, 0, 4)
  if (head.toString('latin1') !== 'PAR1') return undefined
  const size = footerBytes(await readAt(file, Math.max(bytes - TAIL_BYTES, 0), TAIL_BYTES))
  if (size === undefined || size > Math.min(bytes, FOOTER_BYTES_MAX))
    return { unknown: 'a damaged Parquet file' }
  const columns = parquetColumns(await readAt(file, bytes - TAIL_BYTES - size, size))
  return {
    schema: {
      classification: 'parquet',
      compression: 'none',
      columns,
      serde: {
        library: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
        parameters: { 'serialization.format': '1' },
      },
      parameters: {},
      isPositional: false,
    },
  }
}

async function classifyText(file: OpenFile, job: ClassifyJob): Promise<Classified> {
  const head = (await readAt(file, 0, 8)).toString('latin1')
  const refused = REFUSED.find(({ magic }) => head.startsWith(magic))
  if (refused !== undefined) return { unknown: `${refused.name} is a format that is not supported` }
  const { bytes, isWhole } = await sampleOf(file, job)
  if (bytes.includes(0)) return { unknown: 'bytes that are no text' }
  const best = bestOf(guesses(bytes.toString('utf8'), isWhole, job.classifiers))
  if (best === undefined) return { unknown: 'a text of no known format' }
  return { schema: { ...best.schema, compression: compressionOf(job.key, head) } }
}

async function readAt(file: OpenFile, position: number, size: number): Promise<Buffer> {
  const buffer = Buffer.alloc(size)
  let filled = 0
  while (filled < size) {
    const count = await file.read(buffer.subarray(filled), position + filled)
    if (count === 0) break
    filled += count
  }
  return buffer.subarray(0, filled)
}

async function sampleOf(file: OpenFile, { key }: ClassifyJob): Promise<{ bytes: Buffer; isWhole: boolean }> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of decodeFile(key, chunksOf(file), DEFAULT_DECODE_LIMITS)) {
    pieces.push(piece)
    size += piece.length
    if (size > SAMPLE_BYTES) return { bytes: Buffer.concat(pieces).subarray(0, SAMPLE_BYTES), isWhole: false }
  }
  return { bytes: Buffer.concat(pieces), isWhole: true }
}

async function* chunksOf(file: OpenFile): AsyncGenerator<Buffer> {
  for (let position = 0; ;) {
    const chunk = await readAt(file, position, READ_BYTES)
    if (chunk.length === 0) return
    yield chunk
    position += chunk.length
  }
}

function* guesses(
  text: string,
  isWhole: boolean,
  classifiers: readonly CustomClassifier[],
): Generator<Guess | undefined> {
  for (const classifier of classifiers) yield customGuess(text, isWhole, classifier)
  yield guessJson(text, isWhole)
  for (const log of LOG_PATTERNS) yield guessGrok(text, isWhole, log)
  yield guessCsv(text, isWhole)
}

function customGuess(text: string, isWhole: boolean, classifier: CustomClassifier): Guess | undefined {
  if (classifier.kind === 'json') return guessJson(text, isWhole, classifier.path)
  return classifier.kind === 'csv'
    ? guessCsv(text, isWhole, classifier)
    : guessGrok(text, isWhole, classifier)
}

/** The first that is certain; else the one that is most. */
function bestOf(found: Iterable<Guess | undefined>): Guess | undefined {
  let best: Guess | undefined
  for (const guess of found) {
    if (guess?.certainty === 1) return guess
    if (guess !== undefined && guess.certainty > (best?.certainty ?? 0)) best = guess
  }
  return best
}

const COMPRESSIONS: { name: string; extension: RegExp; magic?: string }[] = [
  { name: 'gzip', extension: /\.gz(ip)?$/i, magic: '\x1f\x8b' },
  { name: 'bzip2', extension: /\.bz2$/i, magic: 'BZh' },
  { name: 'zstd', extension: /\.zst$/i, magic: '\x28\xb5\x2f\xfd' },
  { name: 'snappy', extension: /\.snappy$/i, magic: '\x82SNAPPY' },
  { name: 'deflate', extension: /\.deflate$/i },
]

function compressionOf(key: string, head: string): string {
  const found = COMPRESSIONS.find(
    ({ extension, magic }) => extension.test(key) || (magic !== undefined && head.startsWith(magic)),
  )
  return found?.name ?? 'none'
}
