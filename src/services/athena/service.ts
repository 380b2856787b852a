/** The Athena API. */
import type { JsonService, Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { startQueryExecution } from './start-query-execution.ts'
import { stopQueryExecution } from './stop-query-execution.ts'
import { getQueryExecution } from './get-query-execution.ts'
import { batchGetQueryExecution } from './batch-get-query-execution.ts'
import { listQueryExecutions } from './list-query-executions.ts'
import { getQueryResults } from './get-query-results.ts'
import { getQueryRuntimeStatistics } from './get-query-runtime-statistics.ts'
import { createWorkGroup } from './create-work-group.ts'
import { getWorkGroup } from './get-work-group.ts'
import { listWorkGroups } from './list-work-groups.ts'
import { updateWorkGroup } from './update-work-group.ts'
import { deleteWorkGroup } from './delete-work-group.ts'
import { createNamedQuery } from './create-named-query.ts'
import { getNamedQuery } from './get-named-query.ts'
import { batchGetNamedQuery } from './batch-get-named-query.ts'
import { listNamedQueries } from './list-named-queries.ts'
import { updateNamedQuery } from './update-named-query.ts'
import { deleteNamedQuery } from './delete-named-query.ts'
import { createPreparedStatement } from './create-prepared-statement.ts'
import { getPreparedStatement } from './get-prepared-statement.ts'
import { batchGetPreparedStatement } from './batch-get-prepared-statement.ts'
import { listPreparedStatements } from './list-prepared-statements.ts'
import { updatePreparedStatement } from './update-prepared-statement.ts'
import { deletePreparedStatement } from './delete-prepared-statement.ts'
import { listDataCatalogs } from './list-data-catalogs.ts'
import { getDataCatalog } from './get-data-catalog.ts'
import { createDataCatalog } from './create-data-catalog.ts'
import { updateDataCatalog } from './update-data-catalog.ts'
import { deleteDataCatalog } from './delete-data-catalog.ts'
import { listDatabases } from './list-databases.ts'
import { getDatabase } from './get-database.ts'
import { listTableMetadata } from './list-table-metadata.ts'
import { getTableMetadata } from './get-table-metadata.ts'
import { listEngineVersions } from './list-engine-versions.ts'
import { tagResource } from './tag-resource.ts'
import { untagResource } from './untag-resource.ts'
import { listTagsForResource } from './list-tags-for-resource.ts'
import { invalidRequest } from './faults.ts'
import { UNSUPPORTED } from './unsupported.ts'

const OPERATIONS: Operation<AthenaContext>[] = [
  startQueryExecution,
  stopQueryExecution,
  getQueryExecution,
  batchGetQueryExecution,
  listQueryExecutions,
  getQueryResults,
  getQueryRuntimeStatistics,
  createWorkGroup,
  getWorkGroup,
  listWorkGroups,
  updateWorkGroup,
  deleteWorkGroup,
  createNamedQuery,
  getNamedQuery,
  batchGetNamedQuery,
  listNamedQueries,
  updateNamedQuery,
  deleteNamedQuery,
  createPreparedStatement,
  getPreparedStatement,
  batchGetPreparedStatement,
  listPreparedStatements,
  updatePreparedStatement,
  deletePreparedStatement,
  listDataCatalogs,
  getDataCatalog,
  createDataCatalog,
  updateDataCatalog,
  deleteDataCatalog,
  listDatabases,
  getDatabase,
  listTableMetadata,
  getTableMetadata,
  listEngineVersions,
  tagResource,
  untagResource,
  listTagsForResource,
]

export const ATHENA: JsonService<AthenaContext> = {
  targetPrefix: 'AmazonAthena',
  signingName: 'athena',
  operations: [...OPERATIONS, ...UNSUPPORTED],
  // Athena has no ValidationException.
  invalidInput: (text) => invalidRequest(text),
}
