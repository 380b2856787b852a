/** XML as S3 and STS write and read it: elements and text, attributes only written. No declarations of types, no entities but XML's own five, so nothing can expand. */
import { AwsError } from './errors.ts'

/**
 * A value is text, a number, an element's members, or several of one name. Undefined members are left out; those whose
 * names begin with `@` are attributes of the element.
 */
export type XmlValue = string | number | boolean | XmlMembers | readonly XmlValue[]
export interface XmlMembers {
  [name: string]: XmlValue | undefined
}

export interface XmlElement {
  name: string
  text: string
  children: XmlElement[]
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'
/** Deeper than any request of S3. */
const DEPTH_MAX = 20
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** A whole document. `namespace`: S3's unless given; '' for none, as errors of S3 have it. */
export function writeXml(
  root: string,
  members: XmlMembers | string,
  { namespace = NAMESPACE }: { namespace?: string } = {},
): string {
  const attribute = namespace === '' ? '' : ` xmlns="${namespace}"`
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${typeof members === 'string' ? escapeText(members) : writeMembers(members)}</${root}>`
}

/** Throws MalformedXML. The root element, names without their prefixes. */
export function readXml(text: string): XmlElement {
  const reader = new Reader(text)
  const root = reader.document()
  if (root === undefined) throw malformedXml()
  return root
}

export function malformedXml(): AwsError {
  return new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  )
}

export function childrenOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name)
}

export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text
}

function writeMembers(members: XmlMembers): string {
  return Object.entries(members)
    .filter(([name]) => !name.startsWith('@'))
    .map(([name, value]) => writeMember(name, value))
    .join('')
}

function writeAttributes(members: XmlMembers): string {
  return Object.entries(members)
    .filter(([name]) => name.startsWith('@'))
    .map(([name, value]) => ` ${name.slice(1)}="${typeof value === 'string' ? escapeText(value) : ''}"`)
    .join('')
}

function writeMember(name: string, value: XmlValue | undefined): string {
  if (value === undefined) return ''
  if (Array.isArray(value)) return value.map((one: XmlValue) => writeMember(name, one)).join('')
  if (typeof value !== 'object') return element(name, '', escapeText(String(value)))
  return element(name, writeAttributes(value as XmlMembers), writeMembers(value as XmlMembers))
}

function element(name: string, attributes: string, inner: string): string {
  return inner === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${inner}</${name}>`
}

/** What XML 1.0 can not hold goes out as S3 writes it, as a reference; clients that may get such keys ask for encoding-type=url. */
function escapeText(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  return text.replace(/[&<>"\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, (character) => {
    const name = Object.keys(ENTITIES).find((entity) => ENTITIES[entity] === character)
    return name === undefined ? `&#x${character.charCodeAt(0).toString(16)};` : `&${name};`
  })
}

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text.startsWith('\ufeff') ? text.slice(1) : text
  }

  document(): XmlElement | undefined {
    this.#skipMisc()
    const root = this.#element(0)
    this.#skipMisc()
    return this.#at === this.#text.length ? root : undefined
  }

  /** White space, comments, and the declaration at the start. A document type is none of these: it is malformed here. */
  #skipMisc(): void {
    for (;;) {
      const match = this.#match(/\s+|<!--[\s\S]*?-->|<\?[\s\S]*?\?>/y)
      if (match === undefined) return
    }
  }

  #element(depth: number): XmlElement | undefined {
    const open = this.#match(
      /<([^\s/<>&!?"'=]+)((?:\s+[^\s/<>&"'=]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y,
    )
    if (open === undefined || depth > DEPTH_MAX) return undefined
    const element: XmlElement = { name: localName(open[1]!), text: '', children: [] }
    if (open[3] === '/') return element
    for (;;) {
      const text = this.#match(/[^<]+/y)
      if (text !== undefined) element.text += unescapeText(text[0])
      const data = this.#match(/<!\[CDATA\[([\s\S]*?)\]\]>/y)
      if (data !== undefined) element.text += data[1]!
      const comment = this.#match(/<!--[\s\S]*?-->/y)
      if (text !== undefined || data !== undefined || comment !== undefined) continue
      const close = this.#match(/<\/([^\s<>]+)\s*>/y)
      if (close !== undefined) return close[1] === open[1] ? element : undefined
      const child = this.#element(depth + 1)
      if (child === undefined) return undefined
      element.children.push(child)
    }
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    if (match === null) return undefined
    this.#at = pattern.lastIndex
    return match
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

function unescapeText(text: string): string {
  return text.replace(/&([^;]*);?/g, (_, name: string) => {
    const code = /^#x([0-9a-f]{1,6})$/i.exec(name)?.[1]
    const decimal = /^#(\d{1,7})$/.exec(name)?.[1]
    const point = code === undefined ? Number(decimal ?? -1) : Number.parseInt(code, 16)
    if (point >= 0 && point <= 0x10ffff) return String.fromCodePoint(point)
    const character = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined
    if (character === undefined) throw malformedXml()
    return character
  })
}
