import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { dataCatalogNamed } from './data-catalogs.ts'
import { INPUTS } from './shapes.ts'

export const getDataCatalog: Operation<AthenaContext, { Name: string }> = {
  name: 'GetDataCatalog',
  roles: ['read', 'admin'],
  input: INPUTS.GetDataCatalog,
  handle: (context, { Name: name }) => ({ DataCatalog: dataCatalogNamed(context, name) }),
}
