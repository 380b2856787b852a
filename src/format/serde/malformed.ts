/** Why a record can not be converted: thrown by the readers of values, caught once per record (deserializer.ts). */
export class Malformed extends Error {
  readonly code: 'DataFormatConversion.ParseError' | 'DataFormatConversion.MalformedData'
  /** Without AWS's sentence. */
  readonly problem: string
  /** Of the row, from 0, where the problem is in one. */
  column: number | undefined

  constructor(code: Malformed['code'], message: string, problem = message) {
    super(message)
    this.code = code
    this.problem = problem
  }
}

/** Not JSON. AWS's sentence, then what is wrong. */
export function notJson(problem: string): Malformed {
  return new Malformed('DataFormatConversion.ParseError', `Encountered malformed JSON. ${problem}`, problem)
}

/** JSON that the column can not hold. AWS's sentence, then the words of the Java code that it runs where they are known. */
export function mismatch(problem: string): Malformed {
  return new Malformed(
    'DataFormatConversion.MalformedData',
    `Data does not match the schema. ${problem}`,
    problem,
  )
}

/** What Java says of text that is no number. */
export function forInput(text: string): Malformed {
  return mismatch(`For input string: "${text}"`)
}
