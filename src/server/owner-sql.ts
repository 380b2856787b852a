/**
 * What `hozon sql` asks. It acts for the owner of DIR, who may write; statements that write rows take the
 * place for results from the workgroup `primary`, as Athena's do.
 */
import { join } from 'node:path'
import { printS3Location } from '../base/s3-location.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { Executed, QueryOptions, QueryResult, QueryService } from '../query/query.ts'
import { parseStatement } from '../query/statement/parse-statement.ts'
import { isOfClass } from '../query/statement/statement-kinds.ts'
import { outputLocation } from '../services/athena/executions/output-location.ts'
import { uuid4 } from '../services/athena/uuid4.ts'
import { workGroupNamed } from '../services/athena/work-groups.ts'
import type { Sys } from '../sys/sys.ts'

interface Context {
  sys: Pick<Sys, 'files' | 'random'>
  catalog: Catalog
  queries: QueryService
  /** For answers, which are empty; emptied at every start. */
  directory: string
}

export async function askAsOwner(
  { sys, catalog, queries, directory }: Context,
  sql: string,
  options: QueryOptions = {},
): Promise<QueryResult> {
  const given = { ...options, mayWrite: true }
  if (!isOfClass(parseStatement(sql), 'write')) return queries.run(sql, given)
  const executionId = uuid4(sys.random)
  const answerPath = join(directory, executionId)
  const workGroup = workGroupNamed(catalog.athena.items)
  const place = printS3Location(outputLocation({ client: undefined, workGroup, mayChoose: true }))
  try {
    const executed = await queries.execute(sql, {
      ...given,
      executionId,
      answerPath,
      answerBytesMax: ANSWER_BYTES_MAX,
      outputLocation: place,
    })
    return resultOf(executed)
  } finally {
    await sys.files.removeTree(answerPath)
  }
}

/** It is empty. */
const ANSWER_BYTES_MAX = 1024

/** How many rows were written; of UNLOAD, whose answer does not tell, the objects. */
function resultOf({ updateCount, manifest = [], stats }: Executed): QueryResult {
  const rest = { truncated: false, stats }
  return updateCount === undefined
    ? {
        columns: [{ name: 'object', type: 'varchar' }],
        rows: manifest.map((uri) => [JSON.stringify(uri)]),
        ...rest,
      }
    : { columns: [{ name: 'rows', type: 'bigint' }], rows: [[String(updateCount)]], ...rest }
}
