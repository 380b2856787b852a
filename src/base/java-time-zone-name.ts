/** Names of zones as Java writes them in English (`JST`, `Japan Standard Time`): rare in prefixes, but part of the patterns. */
import type { CivilFields } from './java-time-fields.ts'

type Style = 'short' | 'long'

/** Abbreviations that Intl's English leaves out, by the long name. Zones outside of this list are `GMT+9`. */
const ABBREVIATIONS: Record<string, string> = {
  'Coordinated Universal Time': 'UTC',
  'Greenwich Mean Time': 'GMT',
  'British Summer Time': 'BST',
  'Irish Standard Time': 'IST',
  'Western European Standard Time': 'WET',
  'Western European Summer Time': 'WEST',
  'Central European Standard Time': 'CET',
  'Central European Summer Time': 'CEST',
  'Eastern European Standard Time': 'EET',
  'Eastern European Summer Time': 'EEST',
  'Moscow Standard Time': 'MSK',
  'Israel Standard Time': 'IST',
  'Israel Daylight Time': 'IDT',
  'South Africa Standard Time': 'SAST',
  'Gulf Standard Time': 'GST',
  'India Standard Time': 'IST',
  'Pakistan Standard Time': 'PKT',
  'Singapore Standard Time': 'SGT',
  'Hong Kong Standard Time': 'HKT',
  'China Standard Time': 'CST',
  'Korean Standard Time': 'KST',
  'Japan Standard Time': 'JST',
  'Australian Western Standard Time': 'AWST',
  'Australian Central Standard Time': 'ACST',
  'Australian Central Daylight Time': 'ACDT',
  'Australian Eastern Standard Time': 'AEST',
  'Australian Eastern Daylight Time': 'AEDT',
  'New Zealand Standard Time': 'NZST',
  'New Zealand Daylight Time': 'NZDT',
}

export function zoneName({ timezone, epochMs }: CivilFields, style: Style): string {
  const name = nameFromIntl(timezone, epochMs, style)
  return style === 'short' && name.startsWith('GMT')
    ? (ABBREVIATIONS[nameFromIntl(timezone, epochMs, 'long')] ?? name)
    : name
}

function nameFromIntl(timezone: string, epochMs: number, style: Style): string {
  const parts = formatOf(timezone, style).formatToParts(epochMs)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timezone
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timezone: string, style: Style): Intl.DateTimeFormat {
  const key = `${style} ${timezone}`
  let format = formats.get(key)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: style })
    formats.set(key, format)
  }
  return format
}
