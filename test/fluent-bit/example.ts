/** The files of examples/fluent-bit/ as its README says to use them, with other paths and the port of a test. */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const EXAMPLE = resolve(import.meta.dirname, '../../examples/fluent-bit')

export const exampleFile = (name: string): string => readFileSync(join(EXAMPLE, name), 'utf8')

export interface Places {
  /** Everything of Fluent Bit's: configuration, state, logs. Made here. */
  folder: string
  /** Hozon's data folder. */
  data: string
  port: number
}

/** Returns the configuration file. */
export function copyExample(name: 'fluent-bit.conf' | 'fluent-bit.yaml', places: Places): string {
  const { folder, data, port } = places
  mkdirSync(join(folder, 'logs'), { recursive: true })
  cpSync(join(EXAMPLE, 'parsers.conf'), join(folder, 'parsers.conf'))
  let text = exampleFile(name)
  for (const [written, meant] of [
    ['/var/lib/fluent-bit', folder],
    ['/var/log/app', join(folder, 'logs')],
    ['/var/lib/hozon', data],
    ['4600', String(port)],
  ] as const) {
    assert.ok(text.includes(written), `${name} still says ${written}`)
    text = text.replaceAll(written, meant)
  }
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}
