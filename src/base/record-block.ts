/** Records of one request, one behind the other in one piece of memory: no object per record, and they are written as one piece. */
export interface RecordBlock {
  bytes: Buffer
  /** Where each record ends; the next begins there. */
  ends: Uint32Array
}

export function blockOf(records: readonly Buffer[]): RecordBlock {
  const ends = new Uint32Array(records.length)
  let end = 0
  for (const [index, record] of records.entries()) ends[index] = end += record.length
  return { bytes: records.length === 1 ? records[0]! : Buffer.concat(records, end), ends }
}

/** Each by itself. They share the memory of the block. */
export function recordsOf({ bytes, ends }: RecordBlock): Buffer[] {
  return Array.from(ends, (end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1]!, end))
}
