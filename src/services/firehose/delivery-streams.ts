/** What the operations need of the streams. Implemented by server/delivery-streams.ts; in memory in tests. */
import type { RecordBlock } from '../../base/record-block.ts'
import type { DeliveryStreamDefinition } from './definition.ts'

export interface DeliveryStreams {
  /** By name, ascending. Streams of the pipeline file and of the API, also those that are being deleted. */
  list(): DeliveryStream[]
  find(name: string): DeliveryStream | undefined
  /** Tables that are not this stream's and never will be: of other streams, also of deleted ones, and declared ones. */
  tablesOfOthers(name: string): DeliveryStreamDefinition['table'][]
  /** Durable when it resolves; the stream takes records then. Rejects with HozonError for the world's faults. */
  create(definition: DeliveryStreamDefinition): Promise<void>
  /** Replaces the definition, durable when it resolves; what is sealed from now on is delivered by it. Of pipeline streams only tags and encryption. */
  update(definition: DeliveryStreamDefinition): Promise<void>
  /**
   * From now on the stream is being deleted: it takes nothing, what is in its buffer is delivered, and then it is gone. With
   * `discard` it is gone when this resolves, with what is not yet delivered; also if it was being deleted already.
   */
  remove(name: string, discard: boolean): Promise<void>
}

export interface DeliveryStream {
  /** Replaced by update(). For streams of the pipeline file made from their configuration. */
  readonly definition: DeliveryStreamDefinition
  readonly origin: 'pipeline' | 'api'
  /** Its last records are on their way to the store; the name is taken until they are there. */
  readonly isDeleting: boolean
  /**
   * Resolves when the records are on disk: all of them or none. A request whose identity was stored before resolves
   * when that one is durable, and stores nothing. Rejects with HozonError, retryable where waiting helps
   * (HOZON_BUFFER_FULL, HOZON_BUFFER_DISK).
   */
  put(records: RecordBlock, identity: Buffer): Promise<void>
}
