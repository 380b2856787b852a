import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { accessDenied } from './faults.ts'
import { INPUTS } from './shapes.ts'

export const stopQueryExecution: Operation<AthenaContext, { QueryExecutionId: string }> = {
  name: 'StopQueryExecution',
  roles: ['read', 'admin'],
  input: INPUTS.StopQueryExecution,
  handle: ({ executions }, { QueryExecutionId: id }, { accessKey }) => {
    const { accessKeyId } = executions.named(id)
    if (accessKey.role !== 'admin' && accessKeyId !== accessKey.accessKeyId)
      throw accessDenied(`QueryExecution ${id} was started with another key, and this one may only read`)
    executions.stop(id)
    return {}
  },
}
