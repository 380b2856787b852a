/** Java's format strings (`%05d`, `%,.2f`, `%-8s|`) as DuckDB's (`{:05d}`). */
import { HozonError } from '../../../base/errors.ts'

const SPECIFIER = /%(\d+\$)?([-0+ ,#(]*)(\d+)?(\.\d+)?([a-zA-Z%])/g

export function javaFormat(pattern: string): string {
  const escaped = pattern.replaceAll(/[{}]/g, '$&$&')
  return escaped.replaceAll(
    SPECIFIER,
    (found, position: string | undefined, flags: string, width = '', precision = '', letter: string) => {
      if (letter === '%') return '%'
      if (letter === 'n') return '\n'
      const grouped = flags.includes(',')
      if (
        position !== undefined ||
        !'sSdfxXeEb'.includes(letter) ||
        /[#( ]/.test(flags) ||
        (grouped && precision !== '')
      ) {
        throw new HozonError('HOZON_SQL_FAILED', `${found} in format() is not supported`, { op: 'translate' })
      }
      if (grouped) return '{:,}'
      const isText = letter === 's' || letter === 'S'
      const align = flags.includes('-') ? '<' : width !== '' && isText ? '>' : ''
      const spec = `${align}${flags.includes('+') ? '+' : ''}${flags.includes('0') ? '0' : ''}${width}${precision}${isText || letter === 'b' ? '' : letter}`
      return spec === '' ? '{}' : `{:${spec}}`
    },
  )
}
