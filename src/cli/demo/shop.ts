/** A web-shop of tea, seen through three logs: nginx's access log, the application's JSON log and behaviour events. */
import type { Sys } from '../../sys/sys.ts'
import { RotatingFile } from './rotating-file.ts'
import { makeVisitors } from './visitors.ts'

export interface ShopOptions {
  directory: string
  visitsPerSecond: number
  signal: AbortSignal
}

const TICK_MS = 100

/** Runs until the signal aborts. */
export async function runShop(sys: Sys, { directory, visitsPerSecond, signal }: ShopOptions): Promise<void> {
  await sys.files.makeDirectory(directory)
  const access = new RotatingFile(sys.files, directory, 'access.log')
  const app = new RotatingFile(sys.files, directory, 'app.log')
  const events = new RotatingFile(sys.files, directory, 'events.log')
  const visitors = makeVisitors(sys.random)
  let owed = 0
  try {
    while (!signal.aborted) {
      // Uneven, as visits are: between half and one and a half of the rate.
      owed += ((visitsPerSecond * TICK_MS) / 1000) * (0.5 + sys.random.float())
      const lines = { access: '', app: '', events: '' }
      for (; owed >= 1; owed--) {
        const visit = visitors.next(sys.clock.now())
        lines.access += visit.access
        lines.app += visit.app
        lines.events += visit.events
      }
      await access.append(lines.access)
      await app.append(lines.app)
      await events.append(lines.events)
      await sys.clock.sleep(TICK_MS, signal)
    }
  } finally {
    await Promise.all([access.close(), app.close(), events.close()])
  }
}
