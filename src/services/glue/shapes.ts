/** What the operations take, by their name. */
import { ACCOUNT } from './shapes/account.ts'
import { CLASSIFIERS } from './shapes/classifiers.ts'
import { CRAWLERS } from './shapes/crawlers.ts'
import { DATABASES } from './shapes/databases.ts'
import { FUNCTIONS } from './shapes/functions.ts'
import { PARTITIONS } from './shapes/partitions.ts'
import { STATISTICS } from './shapes/statistics.ts'
import { TABLES } from './shapes/tables.ts'

export const INPUTS = {
  ...DATABASES,
  ...TABLES,
  ...PARTITIONS,
  ...STATISTICS,
  ...FUNCTIONS,
  ...CLASSIFIERS,
  ...CRAWLERS,
  ...ACCOUNT,
}
