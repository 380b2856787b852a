/** Pure work on blocks: where the last whole line ends and how many lines there are. */
export const NEWLINE = 0x0a
const BOM = [0xef, 0xbb, 0xbf] as const

export function countLines(block: Buffer): number {
  let lines = 0
  for (let at = block.indexOf(NEWLINE); at >= 0; at = block.indexOf(NEWLINE, at + 1)) lines += 1
  return lines
}

/** End of the last whole line, 0 if there is none. */
export function wholeLinesEnd(block: Buffer): number {
  return block.lastIndexOf(NEWLINE) + 1
}

export function startsWithBom(block: Buffer): boolean {
  return block[0] === BOM[0] && block[1] === BOM[1] && block[2] === BOM[2]
}

export function leadingNuls(block: Buffer): number {
  let at = 0
  while (at < block.length && block[at] === 0) at += 1
  return at
}
