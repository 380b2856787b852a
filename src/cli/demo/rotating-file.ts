/** A log file as logrotate leaves it: app.log, app.log.1, app.log.2 …; the oldest goes away. */
import { join } from 'node:path'
import { systemCode } from '../../base/errors.ts'
import type { Files, OpenFile } from '../../sys/sys.ts'

/** Small, so that a first look sees a rotation within minutes. */
const ROTATE_BYTES = 4 * 1024 * 1024
const KEPT = 3

export class RotatingFile {
  readonly #files: Files
  readonly #path: string
  #file: OpenFile | undefined
  #size = 0

  constructor(files: Files, directory: string, name: string) {
    this.#files = files
    this.#path = join(directory, name)
  }

  async append(lines: string): Promise<void> {
    if (lines === '') return
    let file = (this.#file ??= await this.#open())
    if (this.#size >= ROTATE_BYTES) {
      await this.#rotate()
      file = this.#file = await this.#open()
    }
    const bytes = Buffer.from(lines)
    await file.write([bytes], this.#size)
    this.#size += bytes.length
  }

  async close(): Promise<void> {
    await this.#file?.close()
    this.#file = undefined
  }

  async #open(): Promise<OpenFile> {
    try {
      const file = await this.#files.open(this.#path, 'update')
      this.#size = (await file.stat()).size
      return file
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error
      this.#size = 0
      return this.#files.open(this.#path, 'exclusive')
    }
  }

  async #rotate(): Promise<void> {
    await this.close()
    for (let number = KEPT - 1; number >= 1; number--) await this.#move(`.${number}`, `.${number + 1}`)
    await this.#move('', '.1')
    this.#size = 0
  }

  async #move(from: string, to: string): Promise<void> {
    try {
      await this.#files.rename(this.#path + from, this.#path + to)
    } catch (error) {
      // Not that many rotations yet.
      if (systemCode(error) !== 'ENOENT') throw error
    }
  }
}
