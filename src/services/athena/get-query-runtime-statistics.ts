import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { timelineOf } from './executions/describe-execution.ts'
import { INPUTS } from './shapes.ts'

/** Without stages: engines have none that AWS's would be like. */
export const getQueryRuntimeStatistics: Operation<AthenaContext, { QueryExecutionId: string }> = {
  name: 'GetQueryRuntimeStatistics',
  roles: ['read', 'admin'],
  input: INPUTS.GetQueryRuntimeStatistics,
  handle: ({ executions }, { QueryExecutionId: id }) => {
    const execution = executions.named(id)
    const { result } = execution
    const rows = result && {
      InputBytes: result.scannedBytes,
      OutputBytes: result.bytes,
      OutputRows: result.updateCount ?? result.rows,
    }
    return { QueryRuntimeStatistics: { Timeline: timelineOf(execution) ?? {}, Rows: rows ?? {} } }
  },
}
