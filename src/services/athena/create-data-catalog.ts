import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { refuseChange } from './data-catalogs.ts'
import { INPUTS } from './shapes.ts'

export const createDataCatalog: Operation<AthenaContext> = {
  name: 'CreateDataCatalog',
  roles: ['admin'],
  input: INPUTS.CreateDataCatalog,
  handle: refuseChange,
}
