/** The Glue API: the catalog of tables, and the crawlers that find some. */
import type { JsonService } from '../../aws/service.ts'
import { createClassifier } from './classifiers/create-classifier.ts'
import { getClassifier } from './classifiers/get-classifier.ts'
import { getClassifiers } from './classifiers/get-classifiers.ts'
import { updateClassifier } from './classifiers/update-classifier.ts'
import { deleteClassifier } from './classifiers/delete-classifier.ts'
import { createCrawler } from './crawlers/create-crawler.ts'
import { getCrawler } from './crawlers/get-crawler.ts'
import { getCrawlers } from './crawlers/get-crawlers.ts'
import { batchGetCrawlers } from './crawlers/batch-get-crawlers.ts'
import { listCrawlers } from './crawlers/list-crawlers.ts'
import { updateCrawler } from './crawlers/update-crawler.ts'
import { deleteCrawler } from './crawlers/delete-crawler.ts'
import { startCrawler } from './crawlers/start-crawler.ts'
import { stopCrawler } from './crawlers/stop-crawler.ts'
import { updateCrawlerSchedule } from './crawlers/update-crawler-schedule.ts'
import { startCrawlerSchedule } from './crawlers/start-crawler-schedule.ts'
import { stopCrawlerSchedule } from './crawlers/stop-crawler-schedule.ts'
import { getCrawlerMetrics } from './crawlers/get-crawler-metrics.ts'
import { listCrawls } from './crawlers/list-crawls.ts'
import {
  getCatalogImportStatus,
  getConnection,
  getDataCatalogEncryptionSettings,
  getResourcePolicies,
  getResourcePolicy,
} from './account/settings.ts'
import { createUserDefinedFunction } from './functions/create-user-defined-function.ts'
import { deleteUserDefinedFunction } from './functions/delete-user-defined-function.ts'
import { getUserDefinedFunction } from './functions/get-user-defined-function.ts'
import { getUserDefinedFunctions } from './functions/get-user-defined-functions.ts'
import { updateUserDefinedFunction } from './functions/update-user-defined-function.ts'
import { createPartitionIndex } from './indexes/create-partition-index.ts'
import { deletePartitionIndex } from './indexes/delete-partition-index.ts'
import { getPartitionIndexes } from './indexes/get-partition-indexes.ts'
import { batchCreatePartition } from './partitions/batch-create-partition.ts'
import { batchDeletePartition } from './partitions/batch-delete-partition.ts'
import { batchGetPartition } from './partitions/batch-get-partition.ts'
import { batchUpdatePartition } from './partitions/batch-update-partition.ts'
import { createPartition } from './partitions/create-partition.ts'
import { deletePartition } from './partitions/delete-partition.ts'
import { getPartition } from './partitions/get-partition.ts'
import { getPartitions } from './partitions/get-partitions.ts'
import { updatePartition } from './partitions/update-partition.ts'
import {
  deleteColumnStatisticsForPartition,
  deleteColumnStatisticsForTable,
} from './statistics/delete-column-statistics.ts'
import {
  getColumnStatisticsForPartition,
  getColumnStatisticsForTable,
} from './statistics/get-column-statistics.ts'
import {
  updateColumnStatisticsForPartition,
  updateColumnStatisticsForTable,
} from './statistics/update-column-statistics.ts'
import { batchDeleteTableVersion } from './batch-delete-table-version.ts'
import { batchDeleteTable } from './batch-delete-table.ts'
import { createDatabase } from './create-database.ts'
import { createTable } from './create-table.ts'
import { deleteDatabase } from './delete-database.ts'
import { deleteTableVersion } from './delete-table-version.ts'
import { deleteTable } from './delete-table.ts'
import { getDatabase } from './get-database.ts'
import { getDatabases } from './get-databases.ts'
import { getTableVersion } from './get-table-version.ts'
import { getTableVersions } from './get-table-versions.ts'
import { getTable } from './get-table.ts'
import { getTables } from './get-tables.ts'
import { getTags } from './get-tags.ts'
import { searchTables } from './search-tables.ts'
import { tagResource } from './tag-resource.ts'
import { untagResource } from './untag-resource.ts'
import { updateDatabase } from './update-database.ts'
import { updateTable } from './update-table.ts'
import { withoutEmptyCatalogId } from './empty-catalog-id.ts'
import type { GlueContext } from './glue-context.ts'

const DATABASES = [createDatabase, getDatabase, getDatabases, updateDatabase, deleteDatabase]

const TABLES = [
  createTable,
  updateTable,
  getTable,
  getTables,
  searchTables,
  deleteTable,
  batchDeleteTable,
  getTableVersion,
  getTableVersions,
  deleteTableVersion,
  batchDeleteTableVersion,
  createPartitionIndex,
  getPartitionIndexes,
  deletePartitionIndex,
]

const PARTITIONS = [
  createPartition,
  getPartition,
  getPartitions,
  updatePartition,
  deletePartition,
  batchCreatePartition,
  batchGetPartition,
  batchUpdatePartition,
  batchDeletePartition,
]

const STATISTICS = [
  getColumnStatisticsForTable,
  updateColumnStatisticsForTable,
  deleteColumnStatisticsForTable,
  getColumnStatisticsForPartition,
  updateColumnStatisticsForPartition,
  deleteColumnStatisticsForPartition,
]

const FUNCTIONS = [
  createUserDefinedFunction,
  getUserDefinedFunction,
  getUserDefinedFunctions,
  updateUserDefinedFunction,
  deleteUserDefinedFunction,
]

const ACCOUNT = [
  getTags,
  tagResource,
  untagResource,
  getCatalogImportStatus,
  getDataCatalogEncryptionSettings,
  getConnection,
  getResourcePolicy,
  getResourcePolicies,
]

const CLASSIFIERS = [createClassifier, getClassifier, getClassifiers, updateClassifier, deleteClassifier]

const CRAWLERS = [
  createCrawler,
  getCrawler,
  getCrawlers,
  batchGetCrawlers,
  listCrawlers,
  updateCrawler,
  deleteCrawler,
  startCrawler,
  stopCrawler,
  updateCrawlerSchedule,
  startCrawlerSchedule,
  stopCrawlerSchedule,
  getCrawlerMetrics,
  listCrawls,
]

export const GLUE: JsonService<GlueContext> = {
  targetPrefix: 'AWSGlue',
  signingName: 'glue',
  operations: [
    ...DATABASES,
    ...TABLES,
    ...PARTITIONS,
    ...STATISTICS,
    ...FUNCTIONS,
    ...CLASSIFIERS,
    ...CRAWLERS,
    ...ACCOUNT,
  ].map(withoutEmptyCatalogId),
}
