/**
 * Which names are rotations of a followed one: `app.log` -> `app.log.1`, `app.log-20260101`, `app.log.2.gz`,
 * `app.log.old`, `app-2026-01-01.log`, `app.1.log`. A lock, swap or temporary file is none.
 */
const ROTATION_MARK = /^[.\-_@~](\d|gz$|old|bak|prev|orig|save|rotated|last|copy)/

export function isRotationOf(name: string, current: string): boolean {
  if (name === current) return false
  if (name.startsWith(current)) return ROTATION_MARK.test(name.slice(current.length))
  const dot = current.lastIndexOf('.')
  if (dot <= 0) return false
  const stem = current.slice(0, dot)
  const extension = current.slice(dot)
  if (!name.startsWith(stem) || !name.replace(/\.gz$/, '').endsWith(extension)) return false
  return ROTATION_MARK.test(name.slice(stem.length))
}

/** The names that `name` may be a rotation of, for a look-up instead of a comparison with every followed name. */
export function* currentNamesOf(name: string): Iterable<string> {
  for (let at = 1; at < name.length; at += 1) {
    if (!ROTATION_MARK.test(name.slice(at, at + 9))) continue
    const stem = name.slice(0, at)
    yield stem
    const extension = /\.[^.\d][^.]*$/.exec(name.replace(/\.gz$/, ''))
    if (extension !== null) yield stem + extension[0]
  }
}

/** Can one be a copy or a compressed form of the other? */
export function areRotationsOfOne(a: string, b: string): boolean {
  if (isRotationOf(a, b) || isRotationOf(b, a)) return true
  for (const current of currentNamesOf(a)) if (isRotationOf(b, current)) return true
  return false
}
