/** SQL's JSON paths: `lax $.a[*].b`, which looks into arrays on its own. */
import type { Natives } from './native.ts'

type Step = { key: string } | { index: number } | 'last' | 'items' | 'values'

const STEP = /\.(?:"((?:[^"\\]|\\.)*)"|([\p{L}_$][\p{L}\p{N}_$]*)|(\*))|\[\s*(?:(\d+)|(last)|(\*))\s*\]/uy

export const jsonPathNatives: Natives = {
  /** The values at the end of the path as JSON texts; NULL where the text is none, or a strict path meets what it does not expect. */
  __json_found: {
    takes: ['varchar', 'varchar'],
    gives: 'varchar[]',
    compute(text: string, path: string) {
      let value: unknown
      try {
        value = JSON.parse(text, keepDigits)
      } catch {
        return null
      }
      return found(value, path)?.map((item) => JSON.stringify(item)) ?? null
    },
  },
}

const { rawJSON, isRawJSON } = JSON as typeof JSON & {
  rawJSON: (text: string) => unknown
  isRawJSON: (value: unknown) => boolean
}

/** Integers of any size, and that a number is a double. */
function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source
  if (typeof value !== 'number' || source === undefined) return value
  if (/^-?\d+$/.test(source)) return Number.isSafeInteger(value) ? value : rawJSON(source)
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? rawJSON(`${value}.0`) : value
}

const compiled = new Map<string, { isLax: boolean; steps: Step[] }>()

/** Or `undefined`, for what is not such a path or not known here. */
export function parsePath(path: string): { isLax: boolean; steps: Step[] } | undefined {
  const known = compiled.get(path)
  if (known !== undefined) return known
  const [, mode = 'lax', rest] = /^\s*(?:(lax|strict)\s+)?\$(.*)$/s.exec(path) ?? []
  if (rest === undefined) return undefined
  const steps: Step[] = []
  STEP.lastIndex = 0
  while (STEP.lastIndex < rest.trimEnd().length) {
    const step = STEP.exec(rest)
    if (step === null) return undefined
    const [, quoted, name, values, index, last, items] = step
    if (values !== undefined) steps.push('values')
    else if (items !== undefined) steps.push('items')
    else if (last !== undefined) steps.push('last')
    else if (index !== undefined) steps.push({ index: Number(index) })
    else steps.push({ key: name ?? (JSON.parse(`"${quoted}"`) as string) })
  }
  if (compiled.size >= 100) compiled.clear()
  const parsed = { isLax: mode === 'lax', steps }
  compiled.set(path, parsed)
  return parsed
}

function found(value: unknown, path: string): unknown[] | undefined {
  const parsed = parsePath(path)
  if (parsed === undefined) throw new Error(`NOT_SUPPORTED: the JSON path ${path} is not supported`)
  let items = [value]
  for (const step of parsed.steps) {
    const next = items.map((item) => follow(item, step, parsed.isLax))
    if (next.includes(undefined)) return undefined
    items = next.flatMap((list) => list ?? [])
  }
  return items
}

function follow(item: unknown, step: Step, isLax: boolean): unknown[] | undefined {
  if (step === 'values' || (typeof step === 'object' && 'key' in step)) {
    if (Array.isArray(item)) return isLax ? item.flatMap((one) => member(one, step, true) ?? []) : undefined
    return member(item, step, isLax)
  }
  if (!Array.isArray(item)) return isLax ? follow([item], step, true) : undefined
  if (step === 'items') return item
  const index = step === 'last' ? item.length - 1 : step.index
  return index >= 0 && index < item.length ? [item[index]] : isLax ? [] : undefined
}

function member(item: unknown, step: Step, isLax: boolean): unknown[] | undefined {
  const none = isLax ? [] : undefined
  if (typeof item !== 'object' || item === null || Array.isArray(item) || isRawJSON(item)) return none
  if (typeof step === 'string') return Object.values(item)
  return 'key' in step && Object.hasOwn(item, step.key) ? [(item as Record<string, unknown>)[step.key]] : none
}
