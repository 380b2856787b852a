/**
 * A web shop's application log as JSON lines, for measurements: 13 fields with a nested object, about 330 bytes a
 * line. The same seed gives the same bytes. `node bench/application-log.ts OUT [MB] [SEED]` writes it to a file.
 */
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'

const LEVELS = ['info', 'info', 'info', 'info', 'info', 'info', 'info', 'debug', 'warn', 'error']
const METHODS = ['GET', 'GET', 'GET', 'GET', 'POST', 'PUT', 'DELETE']
const HOSTS = ['web-01', 'web-02', 'web-03', 'web-04', 'web-05', 'web-06']
const SERVICES = ['catalog', 'cart', 'checkout', 'account', 'search']
const ROUTES = ['/products/', '/products/', '/cart/items/', '/orders/', '/search?q=', '/account/addresses/']
const WORDS = ['shoes', 'lamp', 'desk', 'kettle', 'bicycle', 'tent', 'radio', 'camera', 'jacket', 'chair']
const STATUSES = [200, 200, 200, 200, 200, 200, 201, 204, 301, 304, 400, 404, 404, 500, 503]
const COUNTRIES = ['JP', 'JP', 'JP', 'US', 'DE', 'FR', 'GB', 'BR', 'IN', 'AU']
const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6) Safari/605.1',
  'Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0',
  'okhttp/4.12.0',
  'curl/8.14.1',
]
const MESSAGES = [
  'request completed',
  'request completed',
  'request completed',
  'cache miss, loaded from database',
  'payment authorised by provider',
  'retrying upstream call after timeout',
  'slow query on table order_items',
  'session refreshed',
]

/** 23 November 2026, 00:00 UTC; lines are some 0.2 ms to 2 ms apart. */
const START_MS = 1795392000000
const BLOCK_LINES = 2000

/** Blocks of whole lines, without end. */
export function* applicationLog(seed = 1): Generator<Buffer> {
  const random = seeded(seed)
  let timeUs = START_MS * 1000
  for (;;) {
    let text = ''
    for (let line = 0; line < BLOCK_LINES; line++) {
      timeUs += 200 + Math.floor(random() * 1800)
      text += lineAt(Math.floor(timeUs / 1000), random)
    }
    yield Buffer.from(text, 'latin1')
  }
}

function lineAt(timeMs: number, random: () => number): string {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!
  const route = pick(ROUTES)
  const path = route.endsWith('=') ? route + pick(WORDS) : route + Math.floor(random() * random() * 20000)
  const status = pick(STATUSES)
  // Mostly fast, with a long tail.
  const latency = Math.round((2 + 40 * random() + 900 * random() ** 12) * 100) / 100
  const user = Math.floor(random() * random() * 100000)
  return (
    `{"time":"${timeText(timeMs)}","level":"${status >= 500 ? 'error' : pick(LEVELS)}","service":"${pick(SERVICES)}",` +
    `"host":"${pick(HOSTS)}","request_id":"${hex(random)}${hex(random)}","user_id":${user},"method":"${pick(METHODS)}",` +
    `"path":"${path}","status":${status},"latency_ms":${latency},"bytes":${Math.floor(random() ** 3 * 60000)},` +
    `"client":{"ip":"10.${user & 15}.${(user >> 4) & 255}.${user % 250}","country":"${pick(COUNTRIES)}","agent":"${pick(AGENTS)}"},` +
    `"message":"${pick(MESSAGES)}"}\n`
  )
}

let secondMs = -1
let secondText = ''

function timeText(timeMs: number): string {
  const ms = timeMs % 1000
  if (timeMs - ms !== secondMs) {
    secondMs = timeMs - ms
    secondText = new Date(secondMs).toISOString().slice(0, 20)
  }
  return `${secondText}${String(ms).padStart(3, '0')}Z`
}

function hex(random: () => number): string {
  return Math.floor(random() * 0x1_0000_0000)
    .toString(16)
    .padStart(8, '0')
}

/** mulberry32: 32 bits of state are plenty for a log. */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

/** Writes at least `bytes` bytes and returns how many. */
export async function writeApplicationLog(path: string, bytes: number, seed = 1): Promise<number> {
  const out = createWriteStream(path)
  let written = 0
  for (const block of applicationLog(seed)) {
    if (written >= bytes) break
    written += block.length
    if (!out.write(block)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'finish')
  return written
}

if (import.meta.main) {
  const [path, megabytes = '256', seed = '1'] = process.argv.slice(2)
  if (path === undefined) throw new Error('usage: node bench/application-log.ts OUT [MB] [SEED]')
  const bytes = await writeApplicationLog(path, Number(megabytes) * 1e6, Number(seed))
  console.log(`${path}: ${bytes} bytes`)
}
