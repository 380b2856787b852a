/** Data catalogs: the one of Glue, and live databases of the pipeline file. */
import { DATA_CATALOG } from '../../query/query.ts'
import type { AthenaContext } from './athena-context.ts'
import { invalidRequest } from './faults.ts'

export interface DataCatalog {
  Name: string
  Type: 'GLUE' | 'FEDERATED'
  Description: string
  Parameters: Record<string, string>
  Status: 'CREATE_COMPLETE'
}

const GLUE: DataCatalog = {
  Name: 'AwsDataCatalog',
  Type: 'GLUE',
  Description: 'Databases of Glue and tables of streams.',
  Parameters: { 'catalog-id': '123456789012' },
  Status: 'CREATE_COMPLETE',
}

/** Ascending by name as its users write it. */
export function dataCatalogs({ tables }: Pick<AthenaContext, 'tables'>): DataCatalog[] {
  return tables
    .catalogs()
    .map((name) => (name === DATA_CATALOG ? GLUE : federated(name)))
    .sort((a, b) => (a.Name < b.Name ? -1 : 1))
}

/** Names are the same in any case. Throws InvalidRequestException. */
export function dataCatalogNamed(context: Pick<AthenaContext, 'tables'>, name: string): DataCatalog {
  const lower = name.toLowerCase()
  const found = dataCatalogs(context).find((catalog) => catalog.Name.toLowerCase() === lower)
  if (found === undefined) throw invalidRequest(`DataCatalog ${name} was not found`)
  return found
}

export function refuseChange(): never {
  throw invalidRequest('Data catalogs are declared in the pipeline file (catalogs:), not through the API.')
}

function federated(name: string): DataCatalog {
  return {
    Name: name,
    Type: 'FEDERATED',
    Description: 'A live database of the pipeline file, read-only.',
    Parameters: {},
    Status: 'CREATE_COMPLETE',
  }
}
