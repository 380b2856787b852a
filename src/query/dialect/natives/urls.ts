/** Parts of URLs by the rules of Java's URI: what is none (a space, a `{`, half an escape) has no parts at all. */
import type { Natives } from './native.ts'

interface Parts {
  scheme: string
  host: string
  port: string
  path: string
  query: string
  fragment: string
}

/** What stands in a URL as it is; all letters beyond ASCII but spaces and controls do, too. */
const LEGAL = String.raw`(?:[A-Za-z0-9_\-!.~'()*,;:$&+=@/?]|%[0-9A-Fa-f]{2}|(?![\u0080-\u009f\s])[\u0080-\u{10ffff}])`
/** Most are, and need no closer look. */
const PLAIN = /^[A-Za-z0-9_\-!.~'()*,;:$&+=@/?#]*$/
const LEGAL_PATH = new RegExp(`^(?:(?!\\?)${LEGAL})*$`, 'u')
const LEGAL_REST = new RegExp(`^(?:${LEGAL}|[[\\]])*$`, 'u')
const URL_PARTS = /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s
const HOST =
  /^(?:[^@]*@)?((?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.?|\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:.]+(?:%\w+)?\])(?::(\d*))?$/

const part =
  (name: keyof Parts) =>
  (url: string): string | null =>
    partsOf(url)?.[name] ?? null

const native = (compute: (url: string) => string | null): Natives[`__${string}`] => ({
  takes: ['varchar'],
  gives: 'varchar',
  compute,
})

export const urlNatives: Natives = {
  __url_protocol: native(part('scheme')),
  __url_host: native(part('host')),
  __url_port: native((url) => partsOf(url)?.port || null),
  __url_path: native((url) => decoded(partsOf(url)?.path)),
  __url_query: native((url) => decoded(partsOf(url)?.query)),
  /** As it is written; NULL where there is none. */
  __url_raw_query: native((url) => (url.includes('?') ? part('query')(url) : null)),
  __url_decode: native(decodedForm),
  __url_fragment: native((url) => decoded(partsOf(url)?.fragment)),
}

function partsOf(url: string): Parts | undefined {
  const [, scheme, authority, path = '', query = '', fragment = ''] = URL_PARTS.exec(url) ?? []
  if (scheme !== undefined && !/^[A-Za-z][A-Za-z0-9+.-]*$/.test(scheme)) return undefined
  const isPlain = PLAIN.test(url) && !fragment.includes('#')
  if (!isPlain && ![query, fragment, authority ?? ''].every((text) => LEGAL_REST.test(text))) return undefined
  const isOpaque = scheme !== undefined && authority === undefined && !path.startsWith('/')
  if (isOpaque && path === '') return undefined
  if (!isPlain && !(isOpaque ? LEGAL_REST : LEGAL_PATH).test(path)) return undefined
  if (authority === '' && path === '') return undefined
  const [, host = '', port = ''] = HOST.exec(authority ?? '') ?? []
  if (authority?.startsWith('[') === true && host === '') return undefined
  const known = {
    scheme: scheme ?? '',
    host,
    port: port === '' || Number(port) > 0x7fff_ffff ? '' : String(Number(port)),
    fragment,
  }
  return isOpaque ? { ...known, path: '', query: '' } : { ...known, path, query }
}

/** Of a form: `+` is a space, and half an escape an error. */
function decodedForm(text: string): string | null {
  if (/%(?![0-9A-Fa-f]{2})/.test(text))
    throw new Error('INVALID_FUNCTION_ARGUMENT: URLDecoder: Illegal hex characters in escape (%) pattern')
  return decoded(text.replaceAll('+', ' '))
}

function decoded(text: string | undefined): string | null {
  if (text === undefined) return null
  if (!text.includes('%')) return text
  return text.replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) =>
    Buffer.from(escapes.replaceAll('%', ''), 'hex').toString(),
  )
}
