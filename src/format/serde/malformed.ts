/** Why a record can not be converted: thrown by the readers of values, caught once per record (deserializer.ts). */
export class Malformed extends Error {
  readonly code: 'DataFormatConversion.ParseError' | 'DataFormatConversion.MalformedData'

  constructor(code: Malformed['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** Not JSON. AWS's sentence, then what is wrong. */
export function notJson(problem: string): Malformed {
  return new Malformed('DataFormatConversion.ParseError', `Encountered malformed JSON. ${problem}`)
}

/** JSON that the column can not hold. AWS's sentence, then the words of the Java code that it runs where they are known. */
export function mismatch(problem: string): Malformed {
  return new Malformed('DataFormatConversion.MalformedData', `Data does not match the schema. ${problem}`)
}

/** What Java says of text that is no number. */
export function forInput(text: string): Malformed {
  return mismatch(`For input string: "${text}"`)
}
