import type { DatabaseSync } from 'node:sqlite'
import type { Random } from '../sys/sys.ts'

/** A version 4 UUID. */
export function openNodeId(db: DatabaseSync, random: Random): string {
  const bytes = random.bytes(16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const uuid = bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return madeOnce(db, 'node_id', uuid)
}

export function openSecret(db: DatabaseSync, random: Random): string {
  return madeOnce(db, 'secret', random.bytes(32).toString('hex'))
}

/** With the catalog. */
function madeOnce(db: DatabaseSync, name: string, value: string): string {
  db.prepare('INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING').run(name, value)
  return String(db.prepare('SELECT value FROM meta WHERE name = ?').get(name)?.['value'])
}
