/**
 * What an unknown file is: the continuation of a saved source, a copy or compressed twin of one, or something new.
 * Copies matter because of copytruncate and of compression after rotation: what was read must not be read again, and
 * what was not read yet is perhaps only in the copy.
 */
import { basename } from 'node:path'
import type { FileStat, OpenFile } from '../../sys/sys.ts'
import type { BirthTimes } from './birth-times.ts'
import { copyPositionAt, furthestPosition, positionAt, type Proof } from './content-proof.ts'
import type { FollowedFile } from './followed-file.ts'
import type { GzipContent } from './gzip-content.ts'
import { CRC_BYTES_MAX, digest, proofOf, type Position } from './identity.ts'
import type { KnownSource } from './known-sources.ts'
import { isRotationOf } from './rotated-name.ts'

const COMPARED_BYTES = 256 * 1024

export interface UnknownFile {
  path: string
  file: OpenFile
  stat: FileStat
  gzip: GzipContent | undefined
  /** Monotonic: since when it is known to have this size. */
  sizeSeenAtMs: number
}

/**
 * continues: read on at `at` as `known` · new: read it from its start · duplicate: all of it was read elsewhere ·
 * undecided: it looks like a copy of a file that is still followed; what it is shows when that one is truncated or goes on
 */
export type Verdict =
  | { kind: 'continues'; known: KnownSource; at: Position }
  | { kind: 'new'; hasReplaced: boolean }
  | { kind: 'duplicate' }
  | { kind: 'undecided'; original: { isSettled: () => boolean } | FollowedFile }

/** Of the same family of names. */
export interface Relatives {
  known: KnownSource[]
  sameInode: KnownSource[]
  followed: FollowedFile[]
}

export async function identifyFile(
  unknown: UnknownFile,
  relatives: Relatives,
  births: BirthTimes,
): Promise<Verdict> {
  const same = await sameFile(unknown, relatives.sameInode, births)
  if (same.at !== undefined) return { kind: 'continues', known: same.known, at: same.at }
  const copy = await (unknown.gzip === undefined
    ? plainCopy(unknown, relatives)
    : gzipTwin(unknown, relatives))
  return copy ?? { kind: 'new', hasReplaced: same.wasKnown }
}

type SameFile = { known: KnownSource; at: Position } | { at: undefined; wasKnown: boolean }

async function sameFile(
  { path, file, stat, gzip }: UnknownFile,
  sameInode: KnownSource[],
  births: BirthTimes,
): Promise<SameFile> {
  let wasKnown = false
  for (const known of sameInode.toReversed()) {
    const { state, proof } = known
    if (births.isAnother(stat, state.birth)) continue
    if ((state.gzip ?? false) !== (gzip !== undefined)) continue
    const isSameDevice = state.dev === String(stat.dev)
    // Device numbers of some file systems change with each mount: the content must prove more then.
    if (!isSameDevice && (known.path !== path || proof.offset === 0)) continue
    wasKnown ||= isSameDevice
    const at =
      gzip === undefined
        ? await (isSameDevice ? positionAt : copyPositionAt)(file, stat.size, proof)
        : (await furthestPosition(gzip, [known]))?.position
    if (at !== undefined) return { known, at: { ...at, flushed: state.flushed ?? false } }
  }
  return { at: undefined, wasKnown }
}

async function plainCopy(unknown: UnknownFile, relatives: Relatives): Promise<Verdict | undefined> {
  const { path, file, stat } = unknown
  const originals = relatives.followed.filter((each) => isRotationName(path, each.name) && !each.isMoved)
  for (const original of originals) {
    // It may hold more, or other content, than is known of it: this must be known before anything is compared.
    if (original.lookedAtMs <= unknown.sizeSeenAtMs) return { kind: 'undecided', original }
    const likeness = await likenessTo(file, stat.size, original)
    if (likeness === 'other' || isBeyond(unknown, original)) continue
    if (likeness === 'read' && stat.size > 0) return { kind: 'duplicate' }
    return { kind: 'undecided', original }
  }
  const related = relatives.known.filter((each) => isRotationName(path, each.state.name))
  // How far it was read is known when its last batches have settled; compared before, its bytes could be read twice.
  const unsettled = related.find((each) => !each.isSettled())
  if (unsettled !== undefined) return { kind: 'undecided', original: unsettled }
  const known = related.filter(({ proof }) => proof.offset > 0)
  for (const each of known.toSorted((a, b) => b.proof.offset - a.proof.offset)) {
    if (each.isComplete && stat.size !== each.proof.offset) continue
    const at = await copyPositionAt(file, stat.size, each.proof)
    if (at !== undefined) return { kind: 'continues', known: each, at }
  }
  for (const each of known) if (await holdsPart(file, stat.size, each)) return { kind: 'duplicate' }
  return undefined
}

/** The original was seen to be shorter, not truncated, and at its end after this one had its size: it is no copy of it. */
function isBeyond({ stat, sizeSeenAtMs }: UnknownFile, original: FollowedFile): boolean {
  return original.endSeenAtMs > sizeSeenAtMs && original.endSize < stat.size
}

/**
 * read: all of it is in the original and was read there, durably · alike: as far as the original was read
 * The original may have been truncated without our having noticed yet; then only what is remembered of it counts.
 */
async function likenessTo(
  file: OpenFile,
  size: number,
  original: FollowedFile,
): Promise<'read' | 'alike' | 'other'> {
  if (!(await holdsPart(file, size, original))) return size === 0 ? 'alike' : 'other'
  if (original.durable.offset < size || original.file === undefined) return 'alike'
  return (await holdsSame(file, original.file, size)) ? 'read' : 'alike'
}

async function holdsSame(file: OpenFile, other: OpenFile, size: number): Promise<boolean> {
  const block = Buffer.allocUnsafe(Math.min(size, COMPARED_BYTES))
  const otherBlock = Buffer.allocUnsafe(block.length)
  for (let at = 0; at < Math.min(size, CRC_BYTES_MAX); at += block.length) {
    const count = await file.read(block, at)
    const otherCount = await other.read(otherBlock, at)
    const compared = Math.min(count, otherCount, size - at)
    if (compared < Math.min(block.length, size - at)) return false
    if (!block.subarray(0, compared).equals(otherBlock.subarray(0, compared))) return false
  }
  return true
}

/** Does the file begin with what was read of the other, as far as it goes? */
async function holdsPart(
  file: OpenFile,
  size: number,
  other: { trail: readonly Proof[]; headBytes: Buffer | undefined },
): Promise<boolean> {
  if (size === 0) return false
  const proof = other.trail.findLast(({ offset }) => offset > 0 && offset <= size)
  if (proof !== undefined) return (await copyPositionAt(file, size, proof)) !== undefined
  const head = other.headBytes?.subarray(0, size)
  if (head === undefined || head.length === 0) return false
  const start = Buffer.alloc(head.length)
  return (await file.read(start, 0)) === head.length && start.equals(head)
}

async function gzipTwin(unknown: UnknownFile, relatives: Relatives): Promise<Verdict | undefined> {
  const { gzip } = unknown
  if (gzip === undefined) return undefined
  const live = relatives.followed.filter((each) => !each.isGzip)
  const followed = live.map((original) => ({ original, proof: liveProof(original) }))
  const unsettled = relatives.known.find((each) => !each.isSettled())
  if (unsettled !== undefined) return { kind: 'undecided', original: unsettled }
  const candidates = [...followed, ...relatives.known].filter(({ proof }) => proof.offset > 0)
  if (candidates.length === 0) return undefined
  const found = await furthestPosition(gzip, candidates)
  if (found === undefined) return (await beginsLike(gzip, candidates)) ? { kind: 'duplicate' } : undefined
  const { candidate, position } = found
  if ('original' in candidate) return { kind: 'undecided', original: candidate.original }
  return { kind: 'continues', known: candidate, at: position }
}

/** Cut short, and its beginning was read: nothing in it is new. */
async function beginsLike(gzip: GzipContent, candidates: readonly { proof: Proof }[]): Promise<boolean> {
  if (gzip.failure === undefined) return false
  const start = Buffer.alloc(1024)
  const count = await gzip.read(start, 0)
  return candidates.some(
    ({ proof }) =>
      proof.headBytes > 0 &&
      proof.headBytes <= count &&
      digest(start.subarray(0, proof.headBytes)) === proof.head,
  )
}

export function liveProof(followed: FollowedFile): Proof {
  return { ...proofOf(followed.handed), offset: followed.handed.offset }
}

function isRotationName(path: string, current: string): boolean {
  return isRotationOf(basename(path), basename(current))
}
