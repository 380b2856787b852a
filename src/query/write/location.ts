/** Places in the store as statements name them, and the names of folders and files below them. */
import { DAY_MS, civilFromDays } from '../../base/civil-date.ts'
import { uuid5 } from '../../base/uuid5.ts'
import { refused } from './refusals.ts'
import type { S3Location, S3Object } from './write-target.ts'

/** Where deliveries keep their manifests, in every bucket. */
const OWN_PREFIX = '_hozon/'

export function parseLocation(text: string): S3Location {
  const found = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s.exec(text)
  if (found === null) throw refused(`INVALID_TABLE_PROPERTY: '${text}' is not a location of S3`)
  const [, bucket = '', prefix = ''] = found
  if (`${prefix}/`.startsWith(OWN_PREFIX))
    throw refused(`INVALID_TABLE_PROPERTY: '${text}' is where Hozon keeps its own objects`)
  return { bucket, prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/` }
}

export function printLocation({ bucket, prefix }: S3Location): string {
  return `s3://${bucket}/${prefix}`
}

export function printObject({ bucket, key }: S3Object): string {
  return `s3://${bucket}/${key}`
}

/** What printObject made. */
export function parseObject(uri: string): S3Object {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]*)\/(.*)$/s.exec(uri) ?? []
  return { bucket, key }
}

export function below({ bucket, prefix }: S3Location, folder: string): S3Location {
  return { bucket, prefix: prefix + folder }
}

/** Namespace of the UUIDs in names of files. */
const FILES = '5c0a9f0e-3f0b-4c56-9a7e-1d3f7c6b2a90'

/** As Athena names what it writes: `20261123_050607_00000_0f8fa_<uuid>.gz`; no two statements share a name. */
export function fileName(executionId: string, index: number, nowMs: number, extension: string): string {
  const number = String(index).padStart(5, '0')
  const uuid = uuid5(FILES, `${executionId}/${index}`)
  return `${timeText(nowMs)}_${number}_${executionId.slice(0, 5)}_${uuid}${extension}`
}

function timeText(nowMs: number): string {
  const { year, month, day } = civilFromDays(Math.floor(nowMs / DAY_MS))
  const seconds = Math.floor((nowMs % DAY_MS) / 1000)
  const two = (value: number): string => String(value).padStart(2, '0')
  const time = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return `${year}${two(month)}${two(day)}_${time.map(two).join('')}`
}
