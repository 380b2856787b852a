/**
 * AWS's API shapes as data: what botocore's service-2.json says, with the names that appear on the wire. A test compares
 * them with AWS's own model (test/aws-model). validate.ts walks a value along a shape.
 */
export type Shape =
  | StructureShape
  | ListShape
  | MapShape
  | StringShape
  | NumberShape
  | { type: 'boolean' }
  | { type: 'timestamp' }
  /** Base64 on the wire; `min` and `max` count decoded bytes. */
  | { type: 'blob'; min?: number; max?: number }

export interface StructureShape {
  type: 'structure'
  members: Record<string, Shape>
  required?: readonly string[]
}

export interface ListShape {
  type: 'list'
  member: Shape
  min?: number
  max?: number
}

export interface MapShape {
  type: 'map'
  key: StringShape
  value: Shape
  min?: number
  max?: number
}

export interface StringShape {
  type: 'string'
  min?: number
  max?: number
  /** As AWS writes it; it must match the whole value. */
  pattern?: string
  /** In the order of AWS's model. */
  enum?: readonly string[]
  /** Never shown in logs or errors. */
  sensitive?: boolean
}

export interface NumberShape {
  type: 'integer' | 'long' | 'float' | 'double'
  min?: number
  max?: number
}
