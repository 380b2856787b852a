import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { refuseChange } from './data-catalogs.ts'
import { INPUTS } from './shapes.ts'

export const updateDataCatalog: Operation<AthenaContext> = {
  name: 'UpdateDataCatalog',
  roles: ['admin'],
  input: INPUTS.UpdateDataCatalog,
  handle: refuseChange,
}
