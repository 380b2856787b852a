import type { Operation } from '../../aws/service.ts'
import type { ResultColumn } from '../../query/query.ts'
import type { AthenaContext } from './athena-context.ts'
import type { Execution, Result } from './executions/execution.ts'
import { invalidRequest } from './faults.ts'
import { isCaseSensitive } from './results/metadata-file.ts'
import { scanCsvRow, scanTextRow, type Cell } from './results/csv-rows.ts'
import { readPage, type Page } from './results/read-page.ts'
import { INPUTS } from './shapes.ts'
import { sayWhatStoreSays } from './store-answer.ts'

interface ResultsInput {
  QueryExecutionId: string
  NextToken?: string
  MaxResults?: number
  QueryResultType?: 'DATA_ROWS' | 'DATA_MANIFEST'
}

const PAGE_ROWS_MAX = 1000

/** The header is a row of the object, and so of the first page: as at AWS, it has one row of data less. */
export const getQueryResults: Operation<AthenaContext, ResultsInput> = {
  name: 'GetQueryResults',
  roles: ['read', 'admin'],
  input: INPUTS.GetQueryResults,
  async handle(context, input) {
    const execution = context.executions.named(input.QueryExecutionId)
    const result = resultOf(execution)
    const part =
      input.QueryResultType === 'DATA_MANIFEST' ? manifestOf(execution, result) : answerOf(execution, result)
    const page = await pageOf(context, input, part)
    return {
      UpdateCount: result.updateCount ?? 0,
      ResultSet: {
        Rows: page.rows.map((cells) => ({ Data: cells.map(datum) })),
        ResultSetMetadata: { ColumnInfo: part.columns.map(columnInfo) },
      },
      ...(page.next === undefined ? {} : { NextToken: context.tokens.write(part.name, page.next) }),
    }
  },
}

/** Throws InvalidRequestException. */
function resultOf({ state, result }: Execution): Result {
  if (state === 'QUEUED' || state === 'RUNNING')
    throw invalidRequest(`Query has not yet finished. Current state: ${state}`)
  if (result === undefined)
    throw invalidRequest(`Query did not finish successfully. Final query state: ${state}`)
  return result
}

/** What is paged through. */
interface Part {
  /** In tokens: none is good for another part. */
  name: string
  bucket: string
  /** Undefined: there are no rows. */
  key: string | undefined
  form: 'csv' | 'txt'
  columns: ResultColumn[]
}

function answerOf({ id, output }: Execution, { form, columns }: Result): Part {
  return {
    name: id,
    bucket: output.bucket,
    key: form === 'none' ? undefined : output.key,
    form: form === 'csv' ? 'csv' : 'txt',
    columns,
  }
}

const MANIFEST_COLUMN: ResultColumn = {
  name: 'path',
  type: 'varchar',
  precision: 2_147_483_647,
  scale: 0,
}

/** Throws InvalidRequestException. */
function manifestOf({ id, output }: Execution, { manifestKey }: Result): Part {
  if (manifestKey === undefined) throw invalidRequest('The query has no data manifest')
  return {
    name: `${id} manifest`,
    bucket: output.bucket,
    key: manifestKey,
    form: 'txt',
    columns: [MANIFEST_COLUMN],
  }
}

async function pageOf(
  { answers, tokens, store }: AthenaContext,
  { NextToken: token, MaxResults: rowsMax = PAGE_ROWS_MAX }: ResultsInput,
  { name, bucket, key, form }: Part,
): Promise<Page> {
  const from = token === undefined ? 0 : tokens.read(name, token)
  if (key === undefined) return { rows: [], next: undefined }
  const file = await sayWhatStoreSays(store, answers.open(bucket, key))
  if (file === undefined) throw invalidRequest('Could not find results')
  try {
    return await readPage(file, { scan: form === 'csv' ? scanCsvRow : scanTextRow, from, rowsMax })
  } finally {
    await file.close()
  }
}

function datum(cell: Cell): { VarCharValue?: string } {
  return cell === undefined ? {} : { VarCharValue: cell }
}

export function columnInfo({ name, type, precision, scale }: ResultColumn): object {
  return {
    CatalogName: 'hive',
    SchemaName: '',
    TableName: '',
    Name: name,
    Label: name,
    Type: type,
    Precision: precision,
    Scale: scale,
    Nullable: 'UNKNOWN',
    CaseSensitive: isCaseSensitive(type),
  }
}
