/** The part of the Glue API that declares tables: what format conversion writes by. */
import type { JsonService } from '../../aws/service.ts'
import { createDatabase } from './create-database.ts'
import { createTable } from './create-table.ts'
import { deleteDatabase } from './delete-database.ts'
import { deleteTable } from './delete-table.ts'
import { withoutEmptyCatalogId } from './empty-catalog-id.ts'
import { getDatabase } from './get-database.ts'
import { getDatabases } from './get-databases.ts'
import { getPartitionIndexes } from './get-partition-indexes.ts'
import { getTable } from './get-table.ts'
import { getTableVersion } from './get-table-version.ts'
import { getTableVersions } from './get-table-versions.ts'
import { getTables } from './get-tables.ts'
import { getTags } from './get-tags.ts'
import { tagResource } from './tag-resource.ts'
import { untagResource } from './untag-resource.ts'
import { updateDatabase } from './update-database.ts'
import { updateTable } from './update-table.ts'
import type { GlueContext } from './glue-context.ts'

export const GLUE: JsonService<GlueContext> = {
  targetPrefix: 'AWSGlue',
  signingName: 'glue',
  operations: [
    createDatabase,
    getDatabase,
    getDatabases,
    updateDatabase,
    deleteDatabase,
    createTable,
    updateTable,
    getTable,
    getTables,
    deleteTable,
    getTableVersion,
    getTableVersions,
    getPartitionIndexes,
    getTags,
    tagResource,
    untagResource,
  ].map(withoutEmptyCatalogId),
}
