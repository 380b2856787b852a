/**
 * Sources that no followed file stands for at the moment: their files were deleted, truncated, or not met yet since
 * the start. A file that was unknown so far may be one of them, or a copy of one.
 */
import type { StreamBuffer } from '../../buffer/buffer.ts'
import type { FollowedFile } from './followed-file.ts'
import { fromJson, proofOf, type SavedState } from './identity.ts'
import { FamilyIndex } from './family-index.ts'
import type { TailLimits } from './tail-limits.ts'
import type { Proof } from './content-proof.ts'

export interface KnownSource {
  source: string
  path: string
  state: SavedState
  proof: Proof
  /** Batches of it may still be under way: its position is not final. */
  isSettled: () => boolean
  /** Its file was deleted after it was read to its end. */
  isComplete: boolean
  /** Earlier positions and the first bytes, as far as this process knows them. */
  trail: readonly Proof[]
  headBytes: Buffer | undefined
}

export interface KnownSources {
  add(followed: FollowedFile, nowMs: number, isComplete: boolean): void
  remove(known: KnownSource): void
  withInode(ino: string): KnownSource[]
  /** Sources followed under this name or a name of the same family. */
  ofFamily(name: string): KnownSource[]
  all(): Iterable<KnownSource>
}

export function knownSources(buffer: StreamBuffer): KnownSources {
  const byInode = new Map<string, Set<KnownSource>>()
  const byFamily = new FamilyIndex<KnownSource>()
  const sources = new Set<KnownSource>()

  for (const { source, path, offset, state: json } of buffer.savedSources()) {
    const state = fromJson(json)
    if (state === undefined) continue
    const proof = { ...state, offset }
    keep({
      source,
      path,
      state,
      proof,
      isSettled: () => true,
      isComplete: false,
      trail: [],
      headBytes: undefined,
    })
  }

  function keep(known: KnownSource): void {
    sources.add(known)
    addTo(byInode, known.state.ino, known)
    byFamily.add(known.state.name, known)
  }

  return {
    add(followed, nowMs, isComplete) {
      keep({
        source: followed.source,
        path: followed.path,
        state: followed.stateAt(followed.durable, nowMs),
        get proof() {
          return { ...proofOf(followed.durable), offset: followed.durable.offset }
        },
        isSettled: () => followed.outstandingBatches === 0,
        isComplete,
        trail: followed.trail,
        headBytes: followed.handed.head,
      })
    },
    remove(known) {
      sources.delete(known)
      removeFrom(byInode, known.state.ino, known)
      byFamily.remove(known.state.name, known)
    },
    withInode: (ino) => [...(byInode.get(ino) ?? [])],
    ofFamily: (name) => byFamily.of(name),
    all: () => sources,
  }
}

/** Which saved sources need not be remembered any longer, oldest first. */
export function forgettable(known: Iterable<KnownSource>, limits: TailLimits, nowMs: number): KnownSource[] {
  const settled = [...known]
    .filter((each) => each.isSettled())
    .toSorted((a, b) => a.state.seen - b.state.seen)
  const tooMany = settled.length - limits.vanishedSourcesMax
  return settled.filter((each, at) => at < tooMany || each.state.seen < nowMs - limits.vanishedForMs)
}

function addTo(index: Map<string, Set<KnownSource>>, key: string, known: KnownSource): void {
  const set = index.get(key)
  if (set === undefined) index.set(key, new Set([known]))
  else set.add(known)
}

function removeFrom(index: Map<string, Set<KnownSource>>, key: string, known: KnownSource): void {
  const set = index.get(key)
  set?.delete(known)
  if (set?.size === 0) index.delete(key)
}
