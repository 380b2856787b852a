/** What comes back on a connection, read strictly: anything but whole, well-formed answers is a failure. */
import assert from 'node:assert/strict'

export interface Answer {
  status: number
  /** By lower-case name. */
  headers: Map<string, string>
  body: Buffer
}

const HEAD_END = Buffer.from('\r\n\r\n')
/** Node's own refusals (no Host) have an empty body in this form. */
const NO_CHUNKS = Buffer.from('0\r\n\r\n')
/** Longer than any answer of these tests: PutRecordBatch of 500 gives 120 KB. */
const BODY_BYTES_MAX = 1024 * 1024

/** Takes whole answers off `bytes`; the rest stays for the next time. Throws for what is no answer. */
export function readAnswers(bytes: Buffer, found: (answer: Answer) => void): Buffer {
  let at = 0
  for (;;) {
    const end = bytes.indexOf(HEAD_END, at)
    if (end < 0) break
    const answer = readHead(bytes.toString('latin1', at, end))
    const isInterim = answer.status < 200
    const isChunked = answer.headers.has('transfer-encoding')
    const length = isInterim ? 0 : Number(answer.headers.get('content-length') ?? 0)
    assert.ok(length >= 0 && length <= BODY_BYTES_MAX, `content-length ${length}`)
    const bodyAt = end + HEAD_END.length + (isChunked ? NO_CHUNKS.length : 0)
    if (bytes.length < bodyAt + length) break
    if (isChunked) assert.deepEqual(bytes.subarray(end + HEAD_END.length, bodyAt), NO_CHUNKS)
    answer.body = bytes.subarray(bodyAt, bodyAt + length)
    at = bodyAt + length
    if (!isInterim) found(answer)
  }
  return bytes.subarray(at)
}

function readHead(text: string): Answer {
  const [first = '', ...lines] = text.split('\r\n')
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1]
  assert.ok(status !== undefined, `a status line: ${first.slice(0, 100)}`)
  const headers = new Map<string, string>()
  for (const line of lines) {
    const [, name, value] = /^([A-Za-z0-9-]+): (.*)$/.exec(line) ?? assert.fail(`a header: ${line}`)
    assert.ok(!headers.has(name!.toLowerCase()), `${name} twice`)
    headers.set(name!.toLowerCase(), value!)
  }
  return { status: Number(status), headers, body: Buffer.alloc(0) }
}

/** What names no operation of a JSON service is S3's, which answers in XML. */
export const S3_ERROR = 'an error of S3'

/** AWS's name of the error; undefined for a success. Fails unless it is a well-formed answer of an AWS service. */
export function awsError({ status, headers, body }: Answer): string | undefined {
  if (headers.get('content-type') === 'application/xml') {
    assert.ok(status >= 400 && status < 500, `${status} of S3`)
    assert.match(body.toString(), /^<\?xml [^>]*>\s*<Error><Code>\w+<\/Code>.*<\/Error>$/s)
    return S3_ERROR
  }
  assert.equal(headers.get('content-type'), 'application/x-amz-json-1.1')
  assert.match(
    headers.get('x-amzn-requestid') ?? '',
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  )
  const json = JSON.parse(body.toString('utf8')) as Record<string, unknown>
  if (status === 200) {
    assert.equal(json['__type'], undefined)
    return undefined
  }
  assert.match(String(json['__type']), /^[A-Z][A-Za-z]+$/)
  if ('message' in json) assert.equal(typeof json['message'], 'string')
  return json['__type'] as string
}
