/** Places in the store as statements name them, and the names of folders and files below them. */
import { DAY_MS, civilFromDays } from '../../base/civil-date.ts'
import { assert } from '../../base/errors.ts'
import { isInOwnFolder } from '../../base/own-folder.ts'
import { parseObjectUri, parseS3Location, type S3Location, type S3Object } from '../../base/s3-location.ts'
import { uuid5 } from '../../base/uuid5.ts'
import { isBucketName } from '../../store/object-key.ts'
import { refused } from './refusals.ts'

/** Of a place that is written to. */
export function writableLocation(text: string): S3Location {
  const location = parseS3Location(text)
  if (location === undefined || !isBucketName(location.bucket))
    throw refused(`INVALID_TABLE_PROPERTY: '${text}' is not a location of S3`)
  if (isInOwnFolder(location.prefix))
    throw refused(`INVALID_TABLE_PROPERTY: '${text}' is where Hozon keeps its own objects`)
  return location
}

/** What printObjectUri made. */
export function writtenObject(uri: string): S3Object {
  const object = parseObjectUri(uri)
  assert(object !== undefined, `${uri} was printed as a URI`)
  return object
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
