import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { refuseChange } from './data-catalogs.ts'
import { INPUTS } from './shapes.ts'

export const deleteDataCatalog: Operation<AthenaContext> = {
  name: 'DeleteDataCatalog',
  roles: ['admin'],
  input: INPUTS.DeleteDataCatalog,
  handle: refuseChange,
}
