/** Makes the macros of a query known to its connection, and the JavaScript functions that they call. */
import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DOUBLE,
  DuckDBBlobValue,
  DuckDBListValue,
  DuckDBScalarFunction,
  LIST,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api'
import { macroStatements, nativesOf } from './macros.ts'
import type { Native, NativeType, NativeValue } from './natives/native.ts'

const TYPES: Record<NativeType, DuckDBType> = {
  varchar: VARCHAR,
  'varchar[]': LIST(VARCHAR),
  'varchar[][]': LIST(LIST(VARCHAR)),
  bigint: BIGINT,
  'bigint[][]': LIST(LIST(BIGINT)),
  double: DOUBLE,
  boolean: BOOLEAN,
  blob: BLOB,
}

export async function defineFunctions(
  connection: DuckDBConnection,
  names: ReadonlySet<string>,
): Promise<void> {
  for (const [name, native] of nativesOf(names))
    connection.registerScalarFunction(scalarFunction(name, native))
  for (const statement of macroStatements(names)) await connection.run(statement)
}

function scalarFunction(name: string, native: Native): DuckDBScalarFunction {
  return DuckDBScalarFunction.create({
    name,
    parameterTypes: native.takes.map((type) => TYPES[type]),
    returnType: TYPES[native.gives],
    mainFunction(info, input, output) {
      const columns = native.takes.map((_, index) => input.getColumnVector(index))
      try {
        for (let row = 0; row < input.rowCount; row++) {
          const args = columns.map((column) => plain(column.getItem(row) as DuckDBValue))
          output.setItem(row, args.includes(null) ? null : duckDbValue(native.compute(...args)))
        }
        output.flush()
      } catch (error) {
        info.setError((error as Error).message)
      }
    },
  })
}

function plain(value: DuckDBValue): unknown {
  return value instanceof DuckDBBlobValue ? value.bytes : value
}

function duckDbValue(value: NativeValue): DuckDBValue {
  if (Array.isArray(value)) return new DuckDBListValue(value.map(duckDbValue))
  return value instanceof Uint8Array ? new DuckDBBlobValue(value) : value
}
