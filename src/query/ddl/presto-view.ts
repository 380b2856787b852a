/** A view as Athena keeps it in Glue: JSON, in base64, in a comment. */
import type { NamedType } from './ddl-context.ts'

export interface PrestoView {
  originalSql: string
  catalog: string
  schema: string
  columns: NamedType[]
}

export function printPrestoView(view: PrestoView): string {
  const json = JSON.stringify({ ...view, runAsInvoker: false })
  return `/* Presto View: ${Buffer.from(json).toString('base64')} */`
}

/** Undefined: it is no text of such a view (but Hive's own SQL, say). */
export function parsePrestoView(text: string): PrestoView | undefined {
  const base64 = /^\s*\/\*\s*Presto View:\s*([A-Za-z0-9+/=]+)\s*\*\/\s*$/.exec(text)?.[1]
  if (base64 === undefined) return undefined
  try {
    return viewOf(JSON.parse(Buffer.from(base64, 'base64').toString('utf8')))
  } catch {
    // Not JSON: whoever wrote it meant something else.
    return undefined
  }
}

function viewOf(json: unknown): PrestoView | undefined {
  if (!isObject(json)) return undefined
  const { originalSql, catalog, schema, columns } = json
  if (typeof originalSql !== 'string') return undefined
  return {
    originalSql,
    catalog: typeof catalog === 'string' ? catalog.toLowerCase() : 'awsdatacatalog',
    schema: typeof schema === 'string' ? schema.toLowerCase() : 'default',
    columns: (Array.isArray(columns) ? columns : []).filter(isNamedType),
  }
}

function isNamedType(value: unknown): value is NamedType {
  return isObject(value) && typeof value['name'] === 'string' && typeof value['type'] === 'string'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
