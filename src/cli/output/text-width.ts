/** How many columns of a terminal a text takes. Control characters must be gone already. */

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** East Asian Wide and Fullwidth, and emoji, in blocks: what terminals draw over two columns. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u

export function textWidth(text: string): number {
  if (isPrintableAscii(text)) return text.length
  let width = 0
  for (const { segment } of segmenter.segment(text)) width += graphemeWidth(segment)
  return width
}

/** The beginning of `text` that fits into `columns`, with `…` for the rest. */
export function fitText(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text
  if (isPrintableAscii(text)) return `${text.slice(0, Math.max(0, columns - 1))}…`
  let width = 0
  let fitting = ''
  for (const { segment } of segmenter.segment(text)) {
    width += graphemeWidth(segment)
    if (width > columns - 1) break
    fitting += segment
  }
  return `${fitting}…`
}

function isPrintableAscii(text: string): boolean {
  return /^[\u0020-\u007e]*$/.test(text)
}

function graphemeWidth(grapheme: string): number {
  if (/^\p{Mark}+$/u.test(grapheme)) return 0
  return WIDE.test(grapheme) ? 2 : 1
}
