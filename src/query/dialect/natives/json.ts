/** JSON texts as Trino keeps them: keys sorted by json_parse, numbers as they are written. */
import type { Natives } from './native.ts'

export const jsonNatives: Natives = {
  __json_sorted: {
    takes: ['varchar'],
    gives: 'varchar',
    compute(text: string) {
      try {
        return printed(JSON.parse(text, keepNumbers))
      } catch {
        throw new Error('INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON')
      }
    },
  },
  /** The number at the end of a path, as it is written in the text: 1.50 and not 1.5. */
  __json_number: {
    takes: ['varchar', 'varchar', 'varchar'],
    gives: 'varchar',
    compute(text: string, path: string, otherwise: string) {
      let value: unknown = JSON.parse(text, (_key, item: unknown, context?: { source?: string }) =>
        typeof item === 'number' ? new Written(context?.source ?? String(item)) : item,
      )
      for (const [, index, quoted, name] of path.matchAll(/\[(\d+)\]|\."((?:[^"\\]|\\.)*)"|\.([^.[]+)/g))
        value = (value as Record<string, unknown> | null)?.[index ?? quoted ?? name ?? '']
      return value instanceof Written ? value.text : otherwise
    },
  },
}

class Written {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

function keepNumbers(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source
  return typeof value === 'number' && source !== undefined && /^-?\d+$/.test(source)
    ? new Written(source)
    : value
}

function printed(value: unknown): string {
  if (value instanceof Written) return value.text
  if (typeof value === 'number') return javaDouble(value)
  if (Array.isArray(value)) return `[${value.map(printed).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1))
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${printed(field)}`).join(',')}}`
}

/** 1.0E10, 0.5, 100.0 */
function javaDouble(value: number): string {
  const size = Math.abs(value)
  if (size === 0 || (size >= 1e-3 && size < 1e7))
    return Number.isInteger(value) ? `${value}.0` : String(value)
  const [digits, exponent] = value.toExponential().split('e') as [string, string]
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`
}
