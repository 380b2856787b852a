/** `hozon status` for people. */
import { formatBytes, formatCount, formatDuration } from '../base/units.ts'
import type { SourceStatus } from '../collect/source.ts'
import type { StatusReport, StreamStatus } from '../console/server-api.ts'
import { layOut, type Cell } from './output/layout.ts'
import { withoutControlCharacters } from './output/plain-text.ts'

/** Files of one stream that are listed; a glob may match thousands. Those that are behind come first. */
const FILES_SHOWN_MAX = 20

const STREAM_HEAD = [
  'stream',
  'received',
  'buffered',
  'delivered',
  'objects',
  'rejected',
  'late',
  'lag',
  'newest event',
]
const FILE_HEAD = ['file', 'read', 'of', 'state']

/** `columns`: width of the terminal; undefined: as wide as needed. */
export function statusText({ streams, problems }: StatusReport, columns: number | undefined): string {
  if (streams.length === 0) return 'no streams\n'
  const parts = [layOut([STREAM_HEAD.map(head), ...streams.map(streamRow)], columns)]
  const files = streams.flatMap(({ files: all }) => all)
  if (files.length > 0) {
    const shown = [...files].sort((a, b) => b.size - b.offset - (a.size - a.offset)).slice(0, FILES_SHOWN_MAX)
    parts.push(layOut([FILE_HEAD.map(head), ...shown.map(fileRow)], columns))
    if (files.length > shown.length)
      parts.push(`and ${formatCount(files.length - shown.length)} more files\n`)
  }
  if (problems.length > 0)
    parts.push(problems.map((text) => `! ${withoutControlCharacters(text)}\n`).join(''))
  return parts.join('\n')
}

function head(text: string, index: number): Cell {
  return { text, align: index === 0 || text === 'state' || text === 'newest event' ? 'left' : 'right' }
}

function streamRow(stream: StreamStatus): Cell[] {
  const lag = stream.oldestBufferedSeconds
  return [
    { text: stream.name, align: 'left' },
    number(formatCount(stream.receivedRecords)),
    number(formatCount(stream.bufferedRecords)),
    number(formatCount(stream.deliveredRecords)),
    number(formatCount(stream.deliveredObjects)),
    number(formatCount(stream.rejectedRecords)),
    number(formatCount(stream.lateRecords)),
    number(lag === null ? '-' : formatDuration(lag * 1000)),
    { text: stream.newestEventTime ?? '-', align: 'left' },
  ]
}

function fileRow(file: SourceStatus): Cell[] {
  const cut = file.cutLines === 0 ? '' : `, ${formatCount(file.cutLines)} lines cut`
  return [
    { text: withoutControlCharacters(file.path), align: 'left' },
    number(formatBytes(file.offset)),
    number(formatBytes(file.size)),
    { text: `${file.state}${cut}`, align: 'left' },
  ]
}

function number(text: string): Cell {
  return { text, align: 'right' }
}
