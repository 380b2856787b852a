/** Answers that are already in memory (SHOW, DESCRIBE, EXPLAIN) as Athena's `.txt` files: columns by tabs, nothing quoted. */
import type { Files } from '../sys/sys.ts'

/** Writes a new file. Returns its bytes. */
export async function writeTextAnswer(
  files: Pick<Files, 'open'>,
  path: string,
  rows: readonly (readonly (string | null)[])[],
): Promise<number> {
  const bytes = Buffer.from(rows.map((row) => `${row.map((value) => value ?? '').join('\t')}\n`).join(''))
  const file = await files.open(path, 'exclusive')
  try {
    await file.write([bytes], 0)
  } finally {
    await file.close()
  }
  return bytes.length
}
