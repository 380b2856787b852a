/** UNLOAD: the rows of a query become files of the caller's; the catalog learns nothing. */
import { partitionFolder } from '../../base/hive-folder.ts'
import { printS3Location } from '../../base/s3-location.ts'
import type { WriteStatement } from '../statement/statement.ts'
import { checkEmpty } from './create-table-as.ts'
import { below, writableLocation } from './location.ts'
import { unloadProperties } from './properties.ts'
import { PARTITIONS_MAX, type WriteContext, type WriteJob } from './write-job.ts'

type Unload = Extract<WriteStatement, { kind: 'unload' }>

export async function planUnload(statement: Unload, { target }: WriteContext): Promise<WriteJob> {
  const { format, partitionedBy } = unloadProperties(statement.properties)
  const location = writableLocation(statement.location)
  await checkEmpty(target, location, 'UNLOAD')
  return {
    request: {
      query: statement.query,
      format,
      partitionedBy,
      partitionsMax: PARTITIONS_MAX,
      into: undefined,
      namesColumns: true,
      withData: true,
    },
    folderOf: (values) => below(location, partitionFolder(partitionedBy, values)),
    claim: printS3Location(location),
    change: () => ({ kind: 'none' }),
    refusals: {},
    countsRows: false,
  }
}
