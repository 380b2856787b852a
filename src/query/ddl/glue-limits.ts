/** What Glue takes: definitions that a statement makes must be ones that its API could have been handed. */
import type { DatabaseInput, GlueColumn, StorageDescriptor, TableInput } from '../../base/glue.ts'
import { taskFailed } from './ddl-errors.ts'

interface Limit {
  lengthMin?: number
  lengthMax: number
  isOneLine: boolean
}

const NAME: Limit = { lengthMin: 1, lengthMax: 255, isOneLine: true }
const TYPE: Limit = { lengthMax: 131_072, isOneLine: true }
const COMMENT: Limit = { lengthMax: 255, isOneLine: true }
const DESCRIPTION: Limit = { lengthMax: 2048, isOneLine: false }
const LOCATION: Limit = { lengthMax: 2056, isOneLine: false }
const DATABASE_LOCATION: Limit = { lengthMax: 1024, isOneLine: false }
const PARAMETER_VALUE: Limit = { lengthMax: 512_000, isOneLine: false }
const VIEW_TEXT: Limit = { lengthMax: 409_600, isOneLine: false }

export function checkDatabase(input: DatabaseInput): void {
  check('name', input.Name, NAME)
  check('description', input.Description, DESCRIPTION)
  check('locationUri', input.LocationUri, DATABASE_LOCATION)
  checkParameters(input.Parameters)
}

export function checkTable(input: TableInput): void {
  check('name', input.Name, NAME)
  check('description', input.Description, DESCRIPTION)
  check('viewOriginalText', input.ViewOriginalText, VIEW_TEXT)
  checkColumns(input.PartitionKeys)
  checkParameters(input.Parameters)
  checkStorage(input.StorageDescriptor ?? {})
}

export function checkStorage(storage: StorageDescriptor): void {
  checkColumns(storage.Columns)
  check('location', storage.Location, LOCATION)
  checkParameters(storage.SerdeInfo?.Parameters)
}

function checkColumns(columns: readonly GlueColumn[] = []): void {
  for (const { Name: name, Type: type, Comment: comment } of columns) {
    check('name', name, NAME)
    check('type', type, TYPE)
    check('comment', comment, COMMENT)
  }
}

function checkParameters(parameters: Record<string, string> = {}): void {
  for (const [key, value] of Object.entries(parameters)) {
    check('key', key, NAME)
    check(key, value, PARAMETER_VALUE)
  }
}

// oxlint-disable-next-line no-control-regex -- they are what Glue refuses
const LINE_BREAKERS = /[\x00-\x08\x0a-\x1f]/

function check(what: string, text: string | undefined, { lengthMin = 0, lengthMax, isOneLine }: Limit): void {
  if (text === undefined) return
  const detected = `(ValidationException) Value at '${what}' failed to satisfy constraint:`
  if (text.length > lengthMax)
    throw taskFailed(`${detected} Member must have length less than or equal to ${lengthMax}`)
  if (text.length < lengthMin)
    throw taskFailed(`${detected} Member must have length greater than or equal to ${lengthMin}`)
  if (isOneLine && LINE_BREAKERS.test(text))
    throw taskFailed(`${detected} Member must be one line without control characters`)
}
