/** WebAssembly for what is done to every byte. Written as text (.wat), kept in the source as what that compiles to. */

const PAGE_BYTES = 64 * 1024

interface Memory {
  readonly buffer: ArrayBuffer
  grow(pages: number): void
}

/** As far as it is used: TypeScript declares it for browsers only. */
const { Instance, Module } = (
  globalThis as unknown as {
    WebAssembly: {
      Instance: new (module: object) => { exports: unknown }
      Module: new (bytes: Buffer) => object
    }
  }
).WebAssembly

export interface WebAssembly<Exports> {
  exports: Exports
  /** Its memory, at least so many bytes of it. It never shrinks. Valid until the next call. */
  memory: (bytes: number) => Uint8Array<ArrayBuffer>
}

/** `compiled`: in base64. It exports its memory as `memory`. */
export function openWebAssembly<Exports>(compiled: string): WebAssembly<Exports> {
  const exports = new Instance(new Module(Buffer.from(compiled, 'base64'))).exports as Exports & {
    memory: Memory
  }
  let memory = new Uint8Array(exports.memory.buffer)
  return {
    exports,
    memory(bytes) {
      if (bytes <= memory.length) return memory
      exports.memory.grow(Math.ceil((bytes - memory.length) / PAGE_BYTES))
      return (memory = new Uint8Array(exports.memory.buffer))
    },
  }
}
