/** The other end: finds the server that owns DIR and calls it. */
import { HozonError, systemCode } from '../base/errors.ts'
import type { QueryOptions, QueryResult } from '../query/query.ts'
import { realHttp, type Http, type HttpAnswer } from '../sys/http.ts'
import type { Files } from '../sys/sys.ts'
import type { ListedKey, NewKey } from './access-keys.ts'
import { readCredentials, type SavedKey } from './credentials.ts'
import type { AuditReport, FlushReport, StatusReport } from './server-api.ts'
import { noServer, readServerFile, type ServerFile } from './server-file.ts'

export interface ControlClient {
  /** For messages: `http://127.0.0.1:4600`. */
  readonly url: string
  status(): Promise<StatusReport>
  flush(stream?: string): Promise<FlushReport>
  audit(stream?: string): Promise<AuditReport>
  sql(query: string, options?: QueryOptions): Promise<QueryResult>
  tail(stream: string, signal: AbortSignal): AsyncIterable<TailItem>
  listKeys(): Promise<ListedKey[]>
  createKey(key: NewKey): Promise<SavedKey>
  revokeKey(accessKeyId: string): Promise<void>
}

export type TailItem =
  { line: string; rejected?: string; dropped?: never } | { dropped: number; line?: never }

interface Caller {
  http: Http
  directory: string
  server: ServerFile
  token: string
}

/** Rejects with HOZON_SERVER_NONE, HOZON_SERVER_DENIED or an error of the credentials. */
export async function connectControl(
  sys: { files: Files },
  directory: string,
  http: Http = realHttp,
): Promise<ControlClient> {
  const server = await readServerFile(sys.files, directory)
  const credentials = await readCredentials(sys.files, directory)
  if (credentials === undefined) throw noServer(directory)
  const caller: Caller = { http, directory, server, token: credentials.controlToken }
  const post = <T>(name: string, params: object, signal?: AbortSignal): Promise<T> =>
    callJson<T>(caller, name, params, signal)
  return {
    url: `http://${server.host}:${server.port}`,
    status: () => post('status', {}),
    flush: (stream) => post('flush', { stream }),
    audit: (stream) => post('audit', { stream }),
    sql: (query, { signal, ...options } = {}) => post('sql', { query, ...options }, signal),
    tail: (stream, signal) => tailItems(caller, stream, signal),
    listKeys: async () => (await post<{ keys: ListedKey[] }>('keys', {})).keys,
    createKey: (key) => post('keys/create', key),
    async revokeKey(accessKeyId) {
      await post('keys/revoke', { accessKeyId })
    },
  }
}

async function callJson<T>(
  caller: Caller,
  name: string,
  params: object,
  signal: AbortSignal | undefined,
): Promise<T> {
  const answer = await call(caller, name, params, signal)
  return JSON.parse(await textOf(caller, answer)) as T
}

async function* tailItems(caller: Caller, stream: string, signal: AbortSignal): AsyncIterable<TailItem> {
  let answer: HttpAnswer
  try {
    answer = await call(caller, 'tail', { stream }, signal)
    let rest = ''
    const decoder = new TextDecoder()
    for await (const chunk of answer.body) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) yield JSON.parse(line) as TailItem
    }
  } catch (error) {
    // Ctrl-C is the usual end of a tail.
    if (signal.aborted) return
    throw error instanceof HozonError ? error : lostConnection(caller, error)
  }
}

async function call(
  caller: Caller,
  name: string,
  params: object,
  signal: AbortSignal | undefined,
): Promise<HttpAnswer> {
  const { http, server, token } = caller
  const body = Buffer.from(JSON.stringify(params))
  const answer = await http
    .call({
      host: server.host,
      port: server.port,
      method: 'POST',
      path: `/hozon/v1/${name}`,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'content-length': body.length,
      },
      body,
      ...(signal === undefined ? {} : { signal }),
    })
    .catch((error: unknown) => Promise.reject(connectError(caller, error, signal)))
  if (answer.status === 200) return answer
  throw answerError(caller, answer.status, await textOf(caller, answer))
}

async function textOf(caller: Caller, answer: HttpAnswer): Promise<string> {
  try {
    const chunks: Buffer[] = []
    for await (const chunk of answer.body) chunks.push(chunk)
    return Buffer.concat(chunks).toString('utf8')
  } catch (error) {
    throw lostConnection(caller, error)
  }
}

function connectError(caller: Caller, error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return error
  const { directory, server } = caller
  if (systemCode(error) === 'ECONNREFUSED') {
    return new HozonError('HOZON_SERVER_NONE', `no server is running on ${directory}`, {
      op: 'find server',
      hint: `the last one (process ${server.pid}, port ${server.port}) ended without saying so; start it again with \`hozon up\``,
      cause: error,
    })
  }
  return lostConnection(caller, error)
}

function lostConnection({ server }: Caller, error: unknown): HozonError {
  const reason = error instanceof Error ? error.message : String(error)
  return new HozonError('HOZON_SERVER_LOST', `the connection was lost (${reason})`, {
    op: 'talk to server',
    target: `${server.host}:${server.port}`,
    hint: 'see whether it still runs: `hozon status`',
    cause: error,
  })
}

function answerError({ server, directory }: Caller, status: number, text: string): HozonError {
  const target = `${server.host}:${server.port}`
  if (status === 401) {
    return new HozonError('HOZON_SERVER_DENIED', `the server there does not belong to ${directory}`, {
      op: 'talk to server',
      target,
      hint: 'name its folder with --data DIR',
    })
  }
  const { code, message, op, hint, retryable, target: what } = readError(text, status)
  return new HozonError(code, message, {
    op: op ?? 'talk to server',
    ...(what === undefined ? {} : { target: what }),
    ...(hint === undefined ? {} : { hint }),
    retryable: retryable ?? false,
  })
}

interface SentError {
  code: string
  message: string
  op?: string
  target?: string
  hint?: string
  retryable?: boolean
}

function readError(text: string, status: number): SentError {
  try {
    const { error } = JSON.parse(text) as { error?: SentError }
    if (typeof error?.code === 'string' && typeof error.message === 'string') return error
  } catch {
    // Not our kind of answer: another program listens there; said below.
  }
  return { code: 'HOZON_SERVER_LOST', message: `not a Hozon server (HTTP ${status})` }
}
