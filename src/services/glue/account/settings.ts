/** What clients ask of an account before they work with it. Nothing of it can be set here. */
import type { Operation } from '../../../aws/service.ts'
import { connectionNotFound, policyNotFound } from '../faults.ts'
import type { GlueContext } from '../glue-context.ts'
import { INPUTS } from '../shapes.ts'

/** Of catalogs that once were Athena's own: this one never was. */
export const getCatalogImportStatus: Operation<GlueContext, object> = {
  name: 'GetCatalogImportStatus',
  roles: ['read', 'admin'],
  input: INPUTS.GetCatalogImportStatus,
  handle: () => ({ ImportStatus: { ImportCompleted: true } }),
}

export const getDataCatalogEncryptionSettings: Operation<GlueContext, object> = {
  name: 'GetDataCatalogEncryptionSettings',
  roles: ['read', 'admin'],
  input: INPUTS.GetDataCatalogEncryptionSettings,
  handle: () => ({
    DataCatalogEncryptionSettings: {
      EncryptionAtRest: { CatalogEncryptionMode: 'DISABLED' },
      ConnectionPasswordEncryption: { ReturnConnectionPasswordEncrypted: false },
    },
  }),
}

export const getConnection: Operation<GlueContext, { Name: string }> = {
  name: 'GetConnection',
  roles: ['read', 'admin'],
  input: INPUTS.GetConnection,
  handle: (_, { Name: name }) => {
    throw connectionNotFound(name)
  },
}

export const getResourcePolicy: Operation<GlueContext, object> = {
  name: 'GetResourcePolicy',
  roles: ['read', 'admin'],
  input: INPUTS.GetResourcePolicy,
  handle: () => {
    throw policyNotFound()
  },
}

export const getResourcePolicies: Operation<GlueContext, object> = {
  name: 'GetResourcePolicies',
  roles: ['read', 'admin'],
  input: INPUTS.GetResourcePolicies,
  handle: () => ({ GetResourcePoliciesResponseList: [] }),
}
