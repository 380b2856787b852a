/** Terraform that was told not to ask for the account's number sends it empty; there is one catalog, whatever is said. */
import { parseJsonBody } from '../../aws/json-body.ts'
import type { Operation } from '../../aws/service.ts'
import type { StructureShape } from '../../aws/shape.ts'
import { validate } from '../../aws/validate.ts'

export function withoutEmptyCatalogId<Context>(operation: Operation<Context>): Operation<Context> {
  return {
    ...operation,
    read(body) {
      if (!body.includes('"CatalogId"')) return undefined
      const json = parseJsonBody(body)
      if ((json as { CatalogId?: unknown } | null)?.CatalogId !== '') return undefined
      return validate(operation.input as StructureShape, { ...(json as object), CatalogId: null })
    },
  }
}
