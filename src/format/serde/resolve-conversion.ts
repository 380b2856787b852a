/**
 * The columns that a converted stream's records become, from the Glue table that it names. Asked each time a segment is
 * sealed: without a version, or with LATEST, the newest one counts from then on. While there is no such table, or it can
 * not be written, records wait, and the stream's status says why; AWS's stream would send them to its error output.
 */
import { HozonError } from '../../base/errors.ts'
import type { FirehoseConversion } from '../../base/firehose-delivery.ts'
import type { Column } from '../../base/schema.ts'
import { parseGlueType } from './glue-type.ts'
import { jodaReader } from './joda-time.ts'

/** Of a Glue table, or of a stream's own, at one version. */
export interface DeclaredTable {
  versionId: string
  columns: readonly { name: string; type: string }[]
}

/** Names in lower case; without a version the newest. Undefined: no such table. Or no such version of it. */
export type TableLookup = (
  database: string,
  table: string,
  version: string | undefined,
) => DeclaredTable | undefined

/** The same conversion with `columns` and `resolvedVersion`. Throws HOZON_CONVERT_SCHEMA, retryable. */
export function resolveConversion(conversion: FirehoseConversion, lookup: TableLookup): FirehoseConversion {
  const { database, table, version } = conversion.schema
  const wanted = version === '' || version === 'LATEST' ? undefined : version
  const found = lookup(database.toLowerCase(), table.toLowerCase(), wanted)
  const target = `${database}.${table}`
  if (found === undefined) {
    const which = wanted === undefined ? 'the Glue table' : `version ${wanted} of the Glue table`
    throw schemaError(target, `${which} does not exist`, 'create it with glue:CreateTable')
  }
  for (const format of timestampFormatsOf(conversion)) {
    const problem = timestampFormatProblem(format)
    if (problem !== undefined) throw schemaError(target, problem, 'give the stream another timestamp format')
  }
  const { kind } = conversion.deserializer
  const columns = found.columns.map((column) => columnOf(column, target, kind))
  checkNames(columns, target)
  return { ...conversion, columns, resolvedVersion: found.versionId }
}

/** Why the Hive deserializer can not read by a format; undefined: it can. */
export function timestampFormatProblem(format: string): string | undefined {
  if (format === 'millis' || jodaReader(format) !== undefined) return undefined
  return `"${format}" is no pattern that times can be read by`
}

function timestampFormatsOf({ deserializer }: FirehoseConversion): readonly string[] {
  return deserializer.kind === 'hive' ? deserializer.timestampFormats : []
}

function columnOf({ name, type }: { name: string; type: string }, target: string, kind: string): Column {
  const hint = 'change the table with glue:UpdateTable'
  if (name.trim() === '') throw schemaError(target, 'a column has no name', hint)
  if (kind === 'hive' && name.includes('.'))
    throw schemaError(
      target,
      `column "${name}" has a dot in its name, which the Hive deserializer refuses`,
      hint,
    )
  const parsed = parseGlueType(type)
  if ('type' in parsed) return { name: name.toLowerCase(), key: name, type: parsed.type }
  const where = `at character ${parsed.position + 1} of its type "${type.slice(0, 200)}"`
  throw schemaError(target, `column "${name}" can not be written: ${parsed.error}, ${where}`, hint)
}

function checkNames(columns: readonly Column[], target: string): void {
  const hint = 'change the table with glue:UpdateTable'
  if (columns.length === 0) throw schemaError(target, 'the Glue table has no columns', hint)
  const seen = new Set<string>()
  for (const { name } of columns) {
    if (seen.has(name)) throw schemaError(target, `column "${name}" is there twice`, hint)
    seen.add(name)
  }
}

function schemaError(target: string, message: string, hint: string): HozonError {
  return new HozonError('HOZON_CONVERT_SCHEMA', message, {
    op: 'resolve schema',
    target,
    hint,
    retryable: true,
  })
}
