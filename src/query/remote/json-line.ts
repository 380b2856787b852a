/** A row of texts as the JSON line that the engine reads as the column's types (engine/json-rows.ts). */
import type { RemoteColumn, TextForm } from './driver.ts'

export type LineWriter = (row: readonly (string | null)[]) => string

export function lineWriter(columns: readonly RemoteColumn[]): LineWriter {
  const keys = columns.map(({ name }) => JSON.stringify(name))
  const values = columns.map(({ form }) => VALUES[form])
  return (row) => {
    let line = '{'
    for (const [index, key] of keys.entries()) {
      const text = row[index] ?? null
      if (text === null) continue
      line += `${line.length === 1 ? '' : ','}${key}:${values[index]!(text)}`
    }
    return `${line}}\n`
  }
}

const VALUES: Record<TextForm, (text: string) => string> = {
  // NaN and Infinity are no JSON; the engine reads them from text.
  number: (text) => (/^-?\d/.test(text) ? text : JSON.stringify(text)),
  boolean: (text) => text,
  text: JSON.stringify,
  json: (text) => text,
  hex: (text) => JSON.stringify(text.replace(/../g, String.raw`\x$&`)),
}
