/**
 * The base64 texts of a request, decoded by WebAssembly: sixteen letters at a time and without a string, an object or a call for each.
 * 500 records of 200 bytes take 45 µs; with Node's own decoder, which wants a string for each text, they take 170 to 250.
 */
import type { Memory } from '../../base/lent-memory.ts'
import type { RecordBlock } from '../../base/record-block.ts'
import { openWebAssembly } from '../../base/web-assembly.ts'

/** As AWS takes them; what goes beyond is left to the shapes, which know the error. */
export const RECORDS_MAX = 500

/** base64-texts.wat, compiled. */
export const COMPILED =
  'AGFzbQEAAAABCwFgBn9/f39/fwF/AwIBAAUDAQABBp4BCX8BQQALfwFBAAt7Af0MEBABAgQIBAgQEBAQEBAQEAt7Af0MFRERERERERERERMaGxsbGgt7Af0MABATBL+/ubkAAAAAAAAAAAt7Af0MLy8vLy8vLy8vLy8vLy8vLwt7Af0MDw8PDw8PDw8PDw8PDw8PDwt7Af0M/wD/AP8A/wD/AP8A/wD/AAt7Af0MABABAAAQAQAAEAEAABABAAsHIQQGbWVtb3J5AgADb3V0AwAFY291bnQDAQZkZWNvZGUAAAqwAwGtAwILewR/IwIhCiMDIQsjBCEMIwUhDSMGIQ4jByEPIwghECMAIREjASESQQEgBXRBAWshFAJAA0ADQCAAIAFPDQIgAP0ABAAhBiAGQQT9bSEHIAogB/0OIAsgBiAO/U79Dv1O/QwAAAAAAAAAAAAAAAAAAAAA/SQhCCAGIAwgByAGIA39I/1u/Q79biAI/U8hCSAJIA/9TkEG/YsBIAlBCP2NAf1QIBD9ugEhCSARIAkgCf0NAgEABgUECgkIDg0MAAAAAP0LBAAgCP1TRQRAIABBEGohACARQQxqIREMAQsLIAj9ZGghEyAAIBNqIQAgESATQQJ2QQNsaiERIBNBA3EhEyATBEAgE0EBRg0CIAAtAABBPUcNAiAAQQFqIQAgE0ECRgRAIAAtAABBPUcNAyAAQQFqIQALIBEgE0EBa2ohESARLQAADQILIAAgAU8NASAALQAAQSJHDQEgAEEBaiEAIBJBAnQgESACazYCACASQQFqIRIgEiADSQRAIAD9AAQAIAT9AAQA/ST9ZCAUcUUEQCAAIAVqIQAMAgsLCyARJAAgEiQBIAAPC0F/Cw=='

interface Decoder {
  out: { value: number }
  count: { value: number }
  /** See base64-texts.wat. */
  decode(
    at: number,
    end: number,
    base: number,
    countMax: number,
    between: number,
    betweenBytes: number,
  ): number
}

/** Ends of texts come first, then what stands between two texts, then the body and behind it what it decodes to. */
const BETWEEN_AT = RECORDS_MAX * 4
const BETWEEN_BYTES_MAX = 16
const BODY_AT = BETWEEN_AT + BETWEEN_BYTES_MAX
/** As much may be read behind the body and written behind the last decoded byte. */
const SLACK_BYTES = 16
/** What most clients write; kept until other bytes were found once, and then these. */
const COMPACT = Buffer.from('},{"Data":"')

/** Of the largest body the memory grows to 14 MB. */
const { exports: decoder, memory } = openWebAssembly<Decoder>(COMPILED)
let betweenBytes = 0
setBetween(COMPACT)

/** Of one body. To be used up before the next one is opened. */
export interface Texts {
  /**
   * Decodes the text whose first letter is at `at`, and those behind it that are told apart as those before were. Gives the place behind
   * the last closing quote; undefined for what is not strict base64.
   */
  decode(at: number): number | undefined
  count(): number
  /** All that was decoded. */
  block(memory: Memory): RecordBlock
}

export function openTexts(body: Buffer): Texts {
  const end = BODY_AT + body.length
  const base = end + SLACK_BYTES
  // Base64 is longer than what it decodes to.
  memory(base + body.length + SLACK_BYTES).set(body, BODY_AT)
  decoder.out.value = base
  decoder.count.value = 0
  return {
    decode(at) {
      const behind = decoder.decode(BODY_AT + at, end, base, RECORDS_MAX, BETWEEN_AT, betweenBytes)
      return behind < 0 ? undefined : behind - BODY_AT
    },
    count: () => decoder.count.value,
    block: (lent) => ({ bytes: copied(base, decoder.out.value, lent), ends: ends(decoder.count.value) }),
  }
}

/** What stands between two texts, for as long as nothing else is found there; longer ones are not kept. */
export function setBetween(bytes: Uint8Array): void {
  if (bytes.length > BETWEEN_BYTES_MAX) return
  memory(BODY_AT).set(bytes, BETWEEN_AT)
  betweenBytes = bytes.length
}

function copied(from: number, to: number, lent: Memory): Buffer {
  const bytes = lent.take(to - from)
  bytes.set(memory(to).subarray(from, to))
  return bytes
}

function ends(count: number): Uint32Array {
  return new Uint32Array(memory(BETWEEN_AT).buffer, 0, count).slice()
}
