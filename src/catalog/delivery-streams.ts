/** The streams made through the Firehose API. */
import type { DatabaseSync } from 'node:sqlite'
import type { SavedDeliveryStream } from './catalog.ts'

export interface SavedDeliveryStreams {
  all(): SavedDeliveryStream[]
  save(stream: SavedDeliveryStream): void
  remove(name: string): void
}

export function openDeliveryStreams(db: DatabaseSync): SavedDeliveryStreams {
  const all = db.prepare('SELECT name, definition, is_draining FROM delivery_streams ORDER BY name')
  const save = db.prepare(`
    INSERT INTO delivery_streams (name, definition, is_draining) VALUES (?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET definition = excluded.definition, is_draining = excluded.is_draining`)
  const remove = db.prepare('DELETE FROM delivery_streams WHERE name = ?')
  return {
    all: () =>
      all.all().map((row) => ({
        name: String(row['name']),
        definition: String(row['definition']),
        isDraining: row['is_draining'] === 1,
      })),
    save: ({ name, definition, isDraining }) => void save.run(name, definition, isDraining ? 1 : 0),
    remove: (name) => void remove.run(name),
  }
}
