/** The control API as a table. A new route is one line here. */
import { HozonError } from '../base/errors.ts'
import type { Role } from '../aws/service.ts'
import type { QueryOptions } from '../query/query.ts'
import type { HttpResponse } from '../sys/http.ts'
import type { AccessKeyRing, NewKey } from './access-keys.ts'
import type { ServerApi } from './server-api.ts'
import { streamTail } from './tail-stream.ts'

export interface RouteCall {
  api: ServerApi
  keys: AccessKeyRing
  /** Query string and JSON body as one; the body wins. */
  params: Record<string, unknown>
  response: HttpResponse
  /** Aborts when the caller goes away. */
  signal: AbortSignal
}

/** `json` and `text` are sent by the dispatcher; `sent`: the route has answered by itself. */
export type Reply =
  | { kind: 'json'; value: unknown; status?: number }
  | { kind: 'text'; text: string; status?: number; type?: string }
  | { kind: 'sent' }

export interface Route {
  methods: readonly ('GET' | 'POST')[]
  /** Answered without the token: nothing here tells more than that a server is there and how it is doing. */
  open: boolean
  handle(call: RouteCall): Promise<Reply>
}

const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

export const ROUTES: Readonly<Record<string, Route>> = {
  '/livez': { methods: ['GET'], open: true, handle: async () => ({ kind: 'text', text: 'ok\n' }) },
  '/readyz': { methods: ['GET'], open: true, handle: readyz },
  '/metrics': { methods: ['GET'], open: true, handle: metrics },
  '/hozon/v1/status': { methods: ['GET', 'POST'], open: false, handle: status },
  '/hozon/v1/flush': { methods: ['POST'], open: false, handle: flush },
  '/hozon/v1/audit': { methods: ['GET', 'POST'], open: false, handle: audit },
  '/hozon/v1/sql': { methods: ['POST'], open: false, handle: sql },
  '/hozon/v1/tail': { methods: ['GET', 'POST'], open: false, handle: tail },
  '/hozon/v1/keys': { methods: ['GET', 'POST'], open: false, handle: listKeys },
  '/hozon/v1/keys/create': { methods: ['POST'], open: false, handle: createKey },
  '/hozon/v1/keys/revoke': { methods: ['POST'], open: false, handle: revokeKey },
}

async function readyz({ api }: RouteCall): Promise<Reply> {
  if (api.ready()) return { kind: 'text', text: 'ok\n' }
  return { kind: 'text', text: 'not ready: the server is starting or stopping\n', status: 503 }
}

async function metrics({ api }: RouteCall): Promise<Reply> {
  return { kind: 'text', text: await api.metrics(), type: PROMETHEUS_TYPE }
}

async function status({ api }: RouteCall): Promise<Reply> {
  return { kind: 'json', value: await api.status() }
}

async function flush({ api, params }: RouteCall): Promise<Reply> {
  return { kind: 'json', value: await api.flush(optionalText(params, 'stream')) }
}

async function audit({ api, params }: RouteCall): Promise<Reply> {
  return { kind: 'json', value: await api.audit(optionalText(params, 'stream')) }
}

async function sql({ api, params, signal }: RouteCall): Promise<Reply> {
  const options: QueryOptions = { signal }
  const database = optionalText(params, 'database')
  const timeoutMs = optionalNumber(params, 'timeoutMs')
  const rowsMax = optionalNumber(params, 'rowsMax')
  if (database !== undefined) options.database = database
  if (timeoutMs !== undefined) options.timeoutMs = timeoutMs
  if (rowsMax !== undefined) options.rowsMax = rowsMax
  return { kind: 'json', value: await api.sql(neededText(params, 'query'), options) }
}

async function tail({ api, params, response }: RouteCall): Promise<Reply> {
  await streamTail(api, neededText(params, 'stream'), response)
  return { kind: 'sent' }
}

async function listKeys({ keys }: RouteCall): Promise<Reply> {
  return { kind: 'json', value: { keys: keys.list() } }
}

async function createKey({ keys, params }: RouteCall): Promise<Reply> {
  // What is no role is refused by the keys themselves.
  const key: NewKey = { role: neededText(params, 'role') as Role }
  for (const name of ['description', 'accessKeyId', 'secretAccessKey'] as const) {
    const text = optionalText(params, name)
    if (text !== undefined) key[name] = text
  }
  return { kind: 'json', value: await keys.create(key) }
}

async function revokeKey({ keys, params }: RouteCall): Promise<Reply> {
  await keys.revoke(neededText(params, 'accessKeyId'))
  return { kind: 'json', value: {} }
}

function optionalText(params: Record<string, unknown>, name: string): string | undefined {
  const value = params[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw badRequest(`${name} must be text`)
  return value
}

function neededText(params: Record<string, unknown>, name: string): string {
  const value = optionalText(params, name)
  if (value === undefined || value === '') throw badRequest(`${name} is missing`)
  return value
}

function optionalNumber(params: Record<string, unknown>, name: string): number | undefined {
  const value = params[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number' || !(value > 0)) throw badRequest(`${name} must be a number above 0`)
  return value
}

export function badRequest(message: string): HozonError {
  return new HozonError('HOZON_REQUEST_INVALID', message, { op: 'read request' })
}
