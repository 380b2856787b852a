/**
 * RegexSerDe: each line against one expression of Java, a group per column. A line that does not match is a row of NULLs,
 * and so is the value of a group that does not parse.
 */
import type { Column } from '../../base/schema.ts'
import { limitBacktracking } from '../parsers/regex-engine.ts'
import { BadRegex, translateJavaRegex, type JavaRegex } from './java-regex.ts'
import { printGlueType } from './glue-type.ts'
import { isSimple } from './scalar-values.ts'
import { BadRow, BadTable, jsonLine, writtenKeys, type SerdeOptions, type TextSerde } from './text-serde.ts'
import { textValue, type TextValue } from './text-values.ts'

/** An expression can take time that grows with the square of the line, or worse. */
const LINE_LENGTH_MAX = 256 * 1024

export function regexSerde({ columns, parameters }: SerdeOptions): TextSerde {
  const text = parameters['input.regex']
  if (text === undefined || text === '') {
    throw new BadTable(
      'HIVE_INVALID_METADATA: This table does not have serde property "input.regex"!',
      "give the table WITH SERDEPROPERTIES ('input.regex' = '…')",
    )
  }
  const ignoresCase = parameters['input.regex.case.insensitive']?.toLowerCase() === 'true'
  const regex = translated('input.regex', text)
  const expression = compiled(
    'input.regex',
    `^(?:${regex.source})$`,
    regex.flags + (ignoresCase && !regex.flags.includes('i') ? 'i' : ''),
  )
  if (regex.groups < columns.length) {
    throw new BadTable(
      "HIVE_CURSOR_ERROR: Number of matching groups doesn't match the number of columns",
      `input.regex has ${regex.groups} groups, the table ${columns.length} columns`,
    )
  }
  const values = columns.map((column) => simpleValue(column, 'RegexSerDe'))
  const keys = writtenKeys(columns)
  return {
    encoding: 'utf8',
    rows(line) {
      const match = matchOf(expression, line)
      if (match === null) return '{}\n'
      return jsonLine(
        keys,
        values.map((value, index) => {
          const group = match[index + 1]
          return group === undefined ? undefined : value(group)
        }),
      )
    },
  }
}

export function translated(property: string, text: string, plainGroups = false): JavaRegex {
  try {
    return translateJavaRegex(text, plainGroups)
  } catch (error) {
    if (!(error instanceof BadRegex)) throw error
    throw new BadTable(
      `HIVE_INVALID_METADATA: ${property}: ${error.message}`,
      'write the expression in another way',
    )
  }
}

export function compiled(property: string, source: string, flags: string): RegExp {
  limitBacktracking()
  try {
    return new RegExp(source, flags)
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    throw new BadTable(`HIVE_INVALID_METADATA: ${property}: ${problem}`, 'correct the expression')
  }
}

export function matchOf(expression: RegExp, line: string): RegExpExecArray | null {
  if (line.length > LINE_LENGTH_MAX) {
    throw new BadRow(
      `HIVE_BAD_DATA: a line has more than ${LINE_LENGTH_MAX} characters, too long for an expression`,
    )
  }
  try {
    return expression.exec(line)
  } catch {
    // RangeError: the expression backtracks deeper than the engine's stack.
    throw new BadRow('HIVE_CURSOR_ERROR: the regular expression needs too much memory for a line')
  }
}

export function simpleValue(column: Column, serde: string): TextValue {
  if (isSimple(column.type)) return textValue(column.type, [])
  throw new BadTable(
    `HIVE_INVALID_METADATA: ${serde} has no columns of type ${printGlueType(column.type)} (${column.name})`,
    'declare the column as string',
  )
}
