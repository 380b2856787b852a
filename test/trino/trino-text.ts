/** Values of Trino's answers as held-back/dialect.ts prints Hozon's: apart from the engine's own print. */

export interface Signature {
  rawType: string
  arguments: { value: unknown }[]
}

interface RowField {
  fieldName?: { name: string }
  typeSignature: Signature
}

export function cellText(value: unknown, type: Signature): string {
  if (value === null) return 'NULL'
  const text = printed(value, type)
  return text === '' ? '<empty>' : text
}

function printed(value: unknown, { rawType, arguments: types }: Signature): string {
  if (value === null || value === undefined) return 'null'
  if (rawType === 'array')
    return `[${(value as unknown[]).map((item) => printed(item, types[0]!.value as Signature)).join(', ')}]`
  if (rawType === 'map') return mapText(value as object, types)
  if (rawType === 'row') return rowText(value as unknown[], types)
  if (rawType === 'double' || rawType === 'real') return doubleText(Number(value))
  const scalar = String(value as string | number | boolean)
  if (rawType === 'varbinary') return bytesText(scalar)
  // As Athena, which has milliseconds, whatever the text has.
  return rawType.startsWith('time') ? withMilliseconds(scalar) : scalar
}

/** By key, as no order is promised. */
function mapText(value: object, types: Signature['arguments']): string {
  const [keyType, itemType] = types.map(({ value: type }) => type as Signature) as [Signature, Signature]
  const entries = Object.entries(value).map(
    ([key, item]) => `${printed(key, keyType)}=${printed(item, itemType)}`,
  )
  return `{${entries.sort().join(', ')}}`
}

function rowText(values: unknown[], types: Signature['arguments']): string {
  const fields = types.map(({ value: field }, index) => {
    const { fieldName, typeSignature } = field as RowField
    return `${fieldName?.name ?? `field${index}`}=${printed(values[index], typeSignature)}`
  })
  return `{${fields.join(', ')}}`
}

function doubleText(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  if (size === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value)
  const [digits = '', exponent = ''] = value.toExponential().split('e')
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`
}

function bytesText(base64: string): string {
  return Array.from(Buffer.from(base64, 'base64'), (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}

function withMilliseconds(text: string): string {
  return text.replace(
    /(\d\d:\d\d:\d\d)(\.\d+)?/,
    (_, clock: string, fraction = '.') => `${clock}.${(fraction as string).slice(1, 4).padEnd(3, '0')}`,
  )
}
