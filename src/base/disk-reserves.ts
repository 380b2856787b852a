/**
 * Bytes that stay free on a disk, by who may not take them. Whoever can best be without stops first: queries, then clients
 * that put objects, last the buffer, which takes what is nowhere else. Each step is far from the next, so that what is
 * under way when one is reached does not reach the next one.
 */

const MIB = 1024 * 1024

/**
 * Queries: answers, what they spill, what they write, copies of files. The disk is looked at some ten times a second (query/
 * disk-room.ts), in which several engines write 100 MB each, and one that is stopped takes a moment to end.
 */
const QUERY_RESERVE_BYTES = 1024 * MIB
/** Of a disk below 4 GiB that many would be too many: on it a query is to read what lies in a remote store, too. */
const QUERY_RESERVE_SHARE = 1 / 4
export const queryReserveBytes = (diskBytes: number): number =>
  Math.min(QUERY_RESERVE_BYTES, diskBytes * QUERY_RESERVE_SHARE)
/** Objects that clients put through the S3 API. */
export const CLIENT_RESERVE_BYTES = 256 * MIB
/** Records: what is left is for the journal, the catalog and deliveries, which make room again. */
export const BUFFER_RESERVE_BYTES = 64 * MIB
