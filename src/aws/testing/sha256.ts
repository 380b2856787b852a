import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'

/** What @smithy/signature-v4 wants for hashing. */
export class Sha256 {
  readonly #hash: Hash | Hmac
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Uint8Array)
  }
  update(bytes: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytes as Uint8Array)
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest())
  }
  reset(): void {
    throw new Error('not needed')
  }
}
