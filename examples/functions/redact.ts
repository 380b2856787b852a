/**
 * A Lambda function for Firehose that replaces e-mail addresses: `jane.doe@example.com` becomes `***@example.com`.
 * Hozon runs it as it is; docs/guides/lambda.md says how it gets to AWS.
 */
interface FirehoseEvent {
  invocationId: string
  deliveryStreamArn: string
  region: string
  /** `data` in base64. */
  records: { recordId: string; approximateArrivalTimestamp: number; data: string }[]
}

interface FirehoseResult {
  /** Each recordId of the event exactly once. */
  records: { recordId: string; result: 'Ok' | 'Dropped' | 'ProcessingFailed'; data: string }[]
}

/**
 * The part before the @, and what follows it, with at least one dot. It may begin only where a word does: without the
 * look behind, each letter of a long text would be tried as a beginning.
 */
const ADDRESS = /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]+@([\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+)/gu

export const handler = async (event: FirehoseEvent): Promise<FirehoseResult> => ({
  records: event.records.map(({ recordId, data }) => ({ recordId, result: 'Ok', data: redact(data) })),
})

function redact(data: string): string {
  const text = Buffer.from(data, 'base64').toString('utf8')
  return Buffer.from(text.replace(ADDRESS, '***@$1')).toString('base64')
}
