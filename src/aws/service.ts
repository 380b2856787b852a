/**
 * The contract between the wire and the services: a service is a table of operations, each with the shape of its input
 * and a function. The endpoint (services/endpoint.ts) authenticates, checks the shape and calls.
 */
import type { Memory } from '../base/lent-memory.ts'
import type { Shape } from './shape.ts'

/** What a key may do. Each role includes nothing of the others but `admin`, which may do everything. */
export type Role = 'ingest' | 'read' | 'admin'

export interface AccessKey {
  accessKeyId: string
  secretAccessKey: string
  role: Role
}

/** Where the verifier finds keys; console/access-keys.ts keeps them. */
export interface AccessKeys {
  /** Undefined: unknown or revoked. */
  find(accessKeyId: string): AccessKey | undefined
}

/** One authenticated request. */
export interface AwsCall {
  /** `x-amzn-RequestId` of the answer. */
  requestId: string
  /** Of the credential scope. */
  region: string
  accountId: string
  accessKey: AccessKey
  /**
   * 16 bytes that are equal for two requests only if the sender marks one as the repetition of the other: the same
   * amz-sdk-invocation-id with the same target and body, or the very same signature.
   */
  identity: Buffer
  /** For what is needed until the request is answered, the answer included. */
  memory: Memory
}

/** One operation of a JSON 1.1 service, a file each. `I` is what its input shape says. */
export interface Operation<Context, I = never> {
  /** AWS's name: the part of x-amz-target behind the dot. */
  name: string
  /** Who may call it. */
  roles: readonly Role[]
  input: Shape
  /** The answer; a Buffer is one that is JSON already, for speed. */
  handle(context: Context, input: I, call: AwsCall): Promise<object> | object
  /**
   * Reads a body that is written as clients usually do, for speed: handle() gets what it returns as it is, so it must be right by all
   * rules of `input`. Undefined: anything else, which is then parsed and checked. What it returns lives in `memory`, not in the body.
   */
  read?: (body: Buffer, memory: Memory) => unknown
}

export interface JsonService<Context> {
  /** `Firehose_20150804`: the part of x-amz-target before the dot. */
  targetPrefix: string
  /** `firehose`: in the credential scope and in `not authorized to perform: firehose:PutRecord`. */
  signingName: string
  operations: readonly Operation<Context>[]
  /** An input that breaks its shape's rules; default: AWS's ValidationException as it is. Gets its text. */
  invalidInput?: (text: string) => Error
  /** What a refused caller wanted to reach, for the text of AccessDeniedException. The input was not checked yet. */
  resource?: (input: unknown, call: AwsCall) => string
}

/** One account, as moto and LocalStack have it; AWS clients show it in ARNs and nothing hangs on it. */
export const ACCOUNT_ID = '123456789012'
