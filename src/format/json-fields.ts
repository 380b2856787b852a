/**
 * What a scan has learned about the lines: the tree of fields (the keys seen, with the kinds of their values), and
 * between the fields the edges: the exact bytes that were seen from the end of one scalar to the start of the next.
 *
 *     {"time":"…","http":{"status":200},"tags":["a","b"]}\n
 *     ^^^^^^^^ edge root -> time
 *                ^^^^^^^^^^^^^^^^^^^ edge time -> http.status, opens the object `http`
 *                                    ^^^^^^^^^^^ edge http.status -> tags[], opens the array `tags`
 *                                                  ^ edge tags[] -> tags[]
 *                                                     ^^^ edge tags[] -> end of the line
 *
 * A line is known when it can be walked along edges. Field by field, and not line by line, because optional fields and
 * mixed kinds would otherwise multiply: ten optional fields are a thousand kinds of lines, but still ten fields.
 */
import { STRING } from './json-kinds.ts'

export interface Field {
  /** The decoded key; '' for the root and for the elements of an array. */
  key: string
  /** The object or array that it is in; the root is in itself. */
  parent: Field
  isElement: boolean
  /** A key that no engine can read as it is: the values are kept, but never as a column. */
  unreadable: boolean
  /** Kinds of values seen. */
  kinds: number
  /** How often it was walked. */
  count: number
  /** Kinds that do not fit the column (set by markMisfits). */
  misfits: number
  /** Tell strings that are timestamps apart: needed until a plain string was seen. */
  tellsTimestamps: boolean
  /** 0 for the preferred event-time field, and so on; NOT_A_TIME for all others. */
  timeRank: number
  /** In order of first appearance. */
  members: Map<string, Field>
  element: Field | undefined
  /** For duplicate keys: the number of the object that was last walked here, and of the one that this key was last seen in. */
  instance: number
  seenIn: number
  edges: Edge[]
  /** The edge taken last: lines mostly repeat. */
  likely: Edge | undefined
}

/** What an edge's bytes open or hold beside keys of scalars. */
export interface Step {
  field: Field
  kind: number
}

export interface Edge {
  bytes: Buffer
  length: number
  /** Its bytes as little-endian words, for comparing four at once; the last one under a mask. */
  words: Int32Array
  full: number
  tail: number
  tailMask: number
  steps: Step[] | undefined
  /** Undefined: the end of the line. */
  to: Field | undefined
  /** One of its steps does not fit its column (set by markMisfits). */
  misfit: boolean
}

export const NOT_A_TIME = 255

/** A root's `seenIn` never equals its own instance, and elements are never duplicates. */
const NEVER = -1

export function rootField(): Field {
  const root: Field = { ...blank(''), parent: undefined as unknown as Field }
  root.parent = root
  return root
}

export function newField(parent: Field, key: string, isElement: boolean): Field {
  return { ...blank(key), parent, isElement }
}

function blank(key: string): Omit<Field, 'parent'> {
  return {
    key,
    isElement: false,
    unreadable: false,
    kinds: 0,
    count: 0,
    misfits: 0,
    tellsTimestamps: true,
    timeRank: NOT_A_TIME,
    members: new Map(),
    element: undefined,
    instance: 0,
    seenIn: NEVER,
    edges: [],
    likely: undefined,
  }
}

export function newEdge(bytes: Buffer, steps: Step[], to: Field | undefined): Edge {
  const full = bytes.length >> 2
  const words = new Int32Array(full)
  for (let i = 0; i < full; i++) words[i] = bytes.readInt32LE(i * 4)
  const rest = bytes.length & 3
  const tailMask = rest === 0 ? 0 : -1 >>> (32 - 8 * rest)
  return {
    bytes,
    length: bytes.length,
    words,
    full,
    tail: rest === 0 ? 0 : bytes.readIntLE(full * 4, rest) & tailMask,
    tailMask,
    steps: steps.length > 0 ? steps : undefined,
    to,
    misfit: false,
  }
}

export function addKind(field: Field, kind: number): void {
  field.kinds |= kind
  // From here on the column is varchar, whatever the other strings are; telling costs a look at each.
  if (kind === STRING) field.tellsTimestamps = false
}
