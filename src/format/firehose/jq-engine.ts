/**
 * jq as WebAssembly: no files, no network, no environment but what is made here, 256 MiB of memory at most, and a run
 * that does not end is ended. After that, or when it ran out of memory, the next run gets a fresh instance.
 */
import { fileURLToPath } from 'node:url'
import { Script } from 'node:vm'
import { loadJq } from 'jq-wasm'
import { assert, systemCode } from '../../base/errors.ts'
import { realFiles } from '../../sys/real-files.ts'

export interface JqEngine {
  /** One JSON text per line in, what the program wrote out. */
  run(input: string, program: string, limitMs: number): Promise<JqRun>
}

export type JqRun =
  | { kind: 'ended'; stdout: string; stderr: string; exitCode: number }
  | { kind: 'stopped' }
  | { kind: 'crashed' }

type Jq = Awaited<ReturnType<typeof loadJq>>

/** A run holds a batch of records several times over; programs that build more than this are wrong. */
const MEMORY_PAGES_MAX = (256 * 1024 * 1024) / 65_536

export function createJqEngine(): JqEngine {
  let binary: Promise<Uint8Array> | undefined
  let loaded: Promise<Jq> | undefined

  async function load(): Promise<Jq> {
    binary ??= realFiles
      .readFile(fileURLToPath(import.meta.resolve('jq-wasm/jq.wasm')))
      .then((bytes) => withMemoryLimit(bytes, MEMORY_PAGES_MAX))
    return loadJq({ wasmBinary: await binary })
  }

  return {
    async run(input, program, limitMs) {
      loaded ??= load()
      const jq = await loaded
      try {
        return { kind: 'ended', ...within(limitMs, () => jq.raw(input, program, ['-c'])) }
      } catch (error) {
        // Its memory is in the middle of something.
        loaded = undefined
        return { kind: systemCode(error) === 'ERR_SCRIPT_EXECUTION_TIMEOUT' ? 'stopped' : 'crashed' }
      }
    },
  }
}

const CALL = new Script('globalThis[Symbol.for("hozon.jq.call")]()')
const CALL_KEY = Symbol.for('hozon.jq.call')

/** The only way to end a synchronous call: V8 looks at its watchdog also in WebAssembly's loops. */
function within<T>(limitMs: number, call: () => T): T {
  const slot = globalThis as Record<symbol, unknown>
  slot[CALL_KEY] = call
  try {
    return CALL.runInThisContext({ timeout: limitMs }) as T
  } finally {
    delete slot[CALL_KEY]
  }
}

const SECTIONS_AT = 8
const MEMORY_SECTION = 5

/** The module with another maximum of its one memory, in the same number of bytes. */
function withMemoryLimit(module: Buffer, pages: number): Uint8Array {
  const patched = Buffer.from(module)
  for (let at = SECTIONS_AT; at < patched.length;) {
    const id = patched[at]
    const size = readVarint(patched, at + 1)
    if (id === MEMORY_SECTION) {
      assert(
        patched[size.end] === 1 && patched[size.end + 1] === 1,
        'the module has one memory with a maximum',
      )
      const maximum = readVarint(patched, readVarint(patched, size.end + 2).end)
      writeVarint(patched, maximum.start, maximum.end, pages)
      return patched
    }
    at = size.end + size.value
  }
  assert(false, 'the module has a memory')
}

function readVarint(bytes: Buffer, start: number): { value: number; start: number; end: number } {
  let value = 0
  for (let at = start; ; at++) {
    const byte = bytes[at]!
    value += (byte & 0x7f) * 2 ** (7 * (at - start))
    if (byte < 0x80) return { value, start, end: at + 1 }
  }
}

/** Longer than it need be where there is room: readers accept that. */
function writeVarint(bytes: Buffer, start: number, end: number, value: number): void {
  let rest = value
  for (let at = start; at < end; at++) {
    bytes[at] = (rest & 0x7f) | (at < end - 1 ? 0x80 : 0)
    rest >>>= 7
  }
  assert(rest === 0, 'the limit fits into the bytes of the one before')
}
