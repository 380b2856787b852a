/** What is wrong, in the words that Hive has for it within Athena. */
import { HozonError } from '../../base/errors.ts'

const TASK = 'FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask.'

function failed(code: string, message: string, hint?: string): HozonError {
  return new HozonError(code, message, { op: 'run statement', ...(hint === undefined ? {} : { hint }) })
}

export function tableNotFound(database: string, name: string): HozonError {
  return failed(
    'HOZON_SQL_TABLE',
    `FAILED: SemanticException [Error 10001]: Table not found ${database}.${name}`,
  )
}

export function databaseNotFound(name: string): HozonError {
  return failed(
    'HOZON_SQL_TABLE',
    `FAILED: SemanticException [Error 10072]: Database does not exist: ${name}`,
  )
}

export function catalogNotFound(name: string): HozonError {
  return failed('HOZON_SQL_TABLE', `CATALOG_NOT_FOUND: line 1:1: Catalog '${name}' does not exist`)
}

export function viewNotFound(database: string, name: string): HozonError {
  return failed(
    'HOZON_SQL_TABLE',
    `TABLE_NOT_FOUND: line 1:1: View 'awsdatacatalog.${database}.${name}' does not exist`,
  )
}

export function partitionNotFound(spec: string): HozonError {
  return failed('HOZON_SQL_FAILED', `FAILED: SemanticException [Error 10006]: Partition not found ${spec}`)
}

export function alreadyExists(what: string): HozonError {
  return failed('HOZON_SQL_FAILED', `${TASK} AlreadyExistsException(message:${what} already exists)`)
}

/** Of Trino's statements. */
export function viewExists(kind: 'Table' | 'View', database: string, name: string): HozonError {
  return failed(
    'HOZON_SQL_FAILED',
    `${kind.toUpperCase()}_ALREADY_EXISTS: line 1:1: ${kind} already exists: 'awsdatacatalog.${database}.${name}'`,
  )
}

export function semanticError(text: string, hint?: string): HozonError {
  return failed('HOZON_SQL_FAILED', `FAILED: SemanticException ${text}`, hint)
}

export function taskFailed(text: string, hint?: string): HozonError {
  return failed('HOZON_SQL_FAILED', `${TASK} ${text}`, hint)
}

export function queryError(text: string, hint?: string): HozonError {
  return failed('HOZON_SQL_FAILED', text, hint)
}

export function mayNotWrite(kind: string): HozonError {
  return failed(
    'HOZON_SQL_FORBIDDEN',
    `Access denied: ${kind} changes the catalog`,
    'it takes a key with the role admin',
  )
}

export function tableOfStream(database: string, name: string, stream: string): HozonError {
  return failed(
    'HOZON_SQL_FORBIDDEN',
    `table ${database}.${name} belongs to the stream ${stream}, and statements can not change it`,
    'its columns and partitions come with its records',
  )
}

export function readOnlyCatalog(name: string): HozonError {
  return failed('HOZON_SQL_FORBIDDEN', `catalog ${name} is read-only`, 'tables are made in AwsDataCatalog')
}
