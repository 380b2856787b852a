/** What the catalog keeps of a database: its input as it came, and its tags. */
import type { GlueDatabase } from '../../catalog/catalog.ts'
import type { DatabaseInput } from '../../base/glue.ts'

export type Tags = Record<string, string>

export interface SavedDatabase extends DatabaseInput {
  Tags?: Tags
}

export function databaseInput({ name, definition }: GlueDatabase): SavedDatabase {
  return definition === undefined
    ? { Name: name, Description: 'Tables of streams.' }
    : (JSON.parse(definition) as SavedDatabase)
}
