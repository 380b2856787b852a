/** A line that the scanner does not know yet: walked value by value, its fields and edges added to what is known. */
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  LOWER_F,
  LOWER_N,
  LOWER_T,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  skipSpace,
} from './json-bytes.ts'
import { isTimestampText } from './event-time.ts'
import { addKind, newEdge, newField, NOT_A_TIME, type Edge, type Field, type Step } from './json-fields.ts'
import {
  ARRAY,
  BOOLEAN,
  EMPTY_ARRAY,
  EMPTY_OBJECT,
  NULL,
  OBJECT,
  OPAQUE_STRING,
  STRING,
  TIMESTAMP,
} from './json-kinds.ts'
import { numberKind, scanNumber, scanString } from './json-scalar.ts'

/**
 * Bounds memory and search when keys are data (`{"user-81723": …}`): 20,000 fields are twenty tables' worth of columns.
 * Lines past these bounds are looked at one by one, and fields past them never become columns.
 */
const FIELDS_MAX = 20_000
const EDGES_MAX = 50_000
const EDGES_PER_FIELD_MAX = 64
const EDGE_BYTES_MAX = 2048

/** What the line at hand was found to be. */
export interface Learned {
  /** A key twice in one object, or more than could be learned: the line has to be looked at by itself. */
  odd: boolean
  /** Of the event-time value, quotes included; -1: none. */
  timeFrom: number
  timeTo: number
}

export interface Learner {
  readonly root: Field
  /** Kinds of values in fields that were not learned are unknown: some line certainly does not fit. */
  readonly allEdges: Edge[]
  /** The line [start, end] with its newline at `end`; it was found valid. */
  learn(bytes: Buffer, start: number, end: number): Learned
}

export function createLearner(root: Field, timeFields: readonly string[]): Learner {
  const allEdges: Edge[] = []
  let fieldCount = 0
  let instances = 0
  // Of the line at hand.
  let bytes: Buffer
  let previous: Field | undefined
  let edgeFrom = 0
  let steps: Step[] = []
  let line: Learned
  let bestRank = NOT_A_TIME

  function learn(buffer: Buffer, start: number, end: number): Learned {
    bytes = buffer
    previous = root
    edgeFrom = start
    steps = []
    line = { odd: false, timeFrom: -1, timeTo: -1 }
    bestRank = NOT_A_TIME
    learnObject(root, skipSpace(bytes, start))
    addEdge(end + 1, undefined)
    return line
  }

  function learnValue(field: Field | undefined, at: number): number {
    const byte = bytes[at]!
    if (byte === OPEN_BRACE) return learnObject(field, at)
    if (byte === OPEN_BRACKET) return learnArray(field, at)
    const { end, kind } = scalarAt(bytes, at)
    if (field !== undefined) {
      addKind(field, kind)
      if (field.timeRank < bestRank && kind !== NULL && kind !== BOOLEAN) {
        bestRank = field.timeRank
        line.timeFrom = at
        line.timeTo = end
      }
    }
    addEdge(at, field)
    edgeFrom = end
    return end
  }

  function learnObject(field: Field | undefined, open: number): number {
    const instance = ++instances
    let at = skipSpace(bytes, open + 1)
    addStep(field, bytes[at] === CLOSE_BRACE ? EMPTY_OBJECT : OBJECT)
    while (bytes[at] !== CLOSE_BRACE) {
      const keyEnd = scanString(bytes, at, bytes.length).end
      const member = field === undefined ? undefined : memberOf(field, at, keyEnd)
      if (member !== undefined) {
        // Own numbering: an object is walked by learn() or by the scanner, never by both.
        if (member.seenIn === -instance - 1) line.odd = true
        member.seenIn = -instance - 1
      }
      at = learnValue(member, skipSpace(bytes, skipSpace(bytes, keyEnd) + 1))
      at = skipSpace(bytes, at)
      if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1)
    }
    return at + 1
  }

  function learnArray(field: Field | undefined, open: number): number {
    let at = skipSpace(bytes, open + 1)
    addStep(field, bytes[at] === CLOSE_BRACKET ? EMPTY_ARRAY : ARRAY)
    const element = bytes[at] === CLOSE_BRACKET || field === undefined ? undefined : elementOf(field)
    while (bytes[at] !== CLOSE_BRACKET) {
      at = skipSpace(bytes, learnValue(element, at))
      if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1)
    }
    return at + 1
  }

  function addStep(field: Field | undefined, kind: number): void {
    if (field === undefined) line.odd = true
    else {
      field.kinds |= kind
      steps.push({ field, kind })
    }
  }

  function memberOf(parent: Field, keyFrom: number, keyEnd: number): Field | undefined {
    const { opaque, escaped } = scanString(bytes, keyFrom, keyEnd)
    const raw = bytes.toString('utf8', keyFrom + 1, keyEnd - 1)
    // An opaque key keeps its escapes, behind a mark that no decoded text can begin with.
    const key = opaque ? `\ud800${raw}` : escaped ? (JSON.parse(`"${raw}"`) as string) : raw
    const known = parent.members.get(key)
    if (known !== undefined) return known
    const made = makeField(parent, key, false)
    if (made === undefined) return undefined
    made.unreadable = opaque
    if (parent === root && timeFields.includes(key)) made.timeRank = timeFields.indexOf(key)
    parent.members.set(key, made)
    return made
  }

  function elementOf(parent: Field): Field | undefined {
    parent.element ??= makeField(parent, '', true)
    return parent.element
  }

  function makeField(parent: Field, key: string, isElement: boolean): Field | undefined {
    if (fieldCount >= FIELDS_MAX) return undefined
    fieldCount++
    return newField(parent, key, isElement)
  }

  function addEdge(edgeEnd: number, to: Field | undefined): void {
    const from = previous
    const taken = steps
    const start = edgeFrom
    previous = to
    steps = []
    // The end of the line is an edge too; a scalar without a field is not.
    const known = from !== undefined && (to !== undefined || bytes[edgeEnd - 1] === 0x0a)
    if (!known) line.odd = true
    const length = edgeEnd - start
    if (!known || line.odd || length > EDGE_BYTES_MAX || from.edges.length >= EDGES_PER_FIELD_MAX) return
    if (allEdges.length >= EDGES_MAX) return
    if (from.edges.some((edge) => edge.to === to && bytesEqual(edge, bytes, start, length))) return
    const edge = newEdge(Buffer.from(bytes.subarray(start, edgeEnd)), taken, to)
    from.edges.push(edge)
    allEdges.push(edge)
    from.likely ??= edge
  }

  return { root, allEdges, learn }
}

function bytesEqual(edge: Edge, bytes: Buffer, start: number, length: number): boolean {
  return edge.length === length && edge.bytes.compare(bytes, start, start + length) === 0
}

/** The scalar at `from` of a valid line. */
export function scalarAt(bytes: Buffer, from: number): { end: number; kind: number } {
  const byte = bytes[from]!
  if (byte === QUOTE) {
    const { end, opaque, escaped } = scanString(bytes, from, bytes.length)
    if (opaque) return { end, kind: OPAQUE_STRING }
    return { end, kind: !escaped && isTimestampText(bytes, from + 1, end - 1) ? TIMESTAMP : STRING }
  }
  if (byte === LOWER_T || byte === LOWER_N) return { end: from + 4, kind: byte === LOWER_T ? BOOLEAN : NULL }
  if (byte === LOWER_F) return { end: from + 5, kind: BOOLEAN }
  const end = scanNumber(bytes, from)
  return { end, kind: numberKind(bytes, from, end) }
}
