/** The table that a stream appears as: `firehose.<name>`, lower case, other letters as `_`. */
import { createHash } from 'node:crypto'
import type { DeliveryStreamDefinition } from './definition.ts'

export const FIREHOSE_DATABASE = 'firehose'
const HASH_DIGITS = 8

type Table = DeliveryStreamDefinition['table']

/**
 * `web.access` and `web-access` would be one table. The stream that is created later has a hash of its name behind it:
 * always the same, so that a stream made again finds its own table again. `taken`: tables that are not this stream's.
 * The table of its rejected records, `<name>_errors`, must be free as well.
 */
export function tableOf(streamName: string, taken: readonly Table[]): Table {
  const plain = streamName.toLowerCase().replace(/[^a-z0-9_]/g, '_')
  const wanted = [plain, `${plain}_errors`]
  const isTaken = taken.some(({ database, name }) => database === FIREHOSE_DATABASE && wanted.includes(name))
  if (!isTaken) return { database: FIREHOSE_DATABASE, name: plain }
  const hash = createHash('sha256').update(streamName).digest('hex').slice(0, HASH_DIGITS)
  return { database: FIREHOSE_DATABASE, name: `${plain}_${hash}` }
}
