/** Visitors who look, search, buy and sometimes meet an error. Every step leaves lines behind. */
import type { Random } from '../../sys/sys.ts'

export interface Visit {
  /** Whole lines, each ending in \n, or nothing. */
  access: string
  app: string
  events: string
}

const VISITORS_MAX = 200
const TEAS = [
  'sencha',
  'gyokuro',
  'matcha',
  'hojicha',
  'genmaicha',
  'oolong',
  'darjeeling',
  'assam',
  'earl-grey',
]
const WORDS = ['green tea', 'teapot', 'matcha whisk', 'ほうじ茶', 'gift box', 'organic', 'cold brew']
const CITIES = ['Tokyo', 'Osaka', 'Berlin', 'Paris', 'Lagos', 'São Paulo', 'Toronto', 'Pune']
const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0',
  'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
]
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

interface Visitor {
  id: string
  session: string
  ip: string
  agent: string
  city: string
  pages: number
  cart: string[]
}

interface Step {
  method: string
  path: string
  status: number
  event: string
  properties: Record<string, unknown>
  log?: { level: string; message: string; more?: Record<string, unknown> }
}

export function makeVisitors(random: Random): { next(nowMs: number): Visit } {
  const visitors = new Map<number, Visitor>()
  const dice = makeDice(random)
  return {
    next(nowMs) {
      const index = dice.below(VISITORS_MAX)
      const visitor = visitors.get(index) ?? newVisitor(dice)
      visitors.set(index, visitor)
      const step = nextStep(visitor, dice)
      visitor.pages++
      // They leave: the next one on this place is somebody else.
      if (step.event === 'purchase' || dice.chance(0.05)) visitors.delete(index)
      return writeVisit(nowMs, visitor, step, dice)
    },
  }
}

type Dice = ReturnType<typeof makeDice>

function makeDice(random: Random) {
  const below = (limit: number): number => Math.floor(random.float() * limit)
  return {
    below,
    chance: (probability: number): boolean => random.float() < probability,
    pick: <T>(items: readonly T[]): T => items[below(items.length)]!,
    hex: (bytes: number): string => random.bytes(bytes).toString('hex'),
    /** Most are fast, a few are very slow: as response times are. */
    milliseconds: (typical: number): number => Math.round(typical * (0.3 + random.float() ** 6 * 20)),
  }
}

function newVisitor(dice: Dice): Visitor {
  return {
    id: `u-${dice.hex(4)}`,
    session: dice.hex(8),
    // 203.0.113.0/24 and 198.51.100.0/24 are for documentation: nobody's address.
    ip: `${dice.pick(['203.0.113', '198.51.100'])}.${dice.below(254) + 1}`,
    agent: dice.pick(AGENTS),
    city: dice.pick(CITIES),
    pages: 0,
    cart: [],
  }
}

function nextStep(visitor: Visitor, dice: Dice): Step {
  const tea = dice.pick(TEAS)
  if (visitor.pages === 0) return page('/', 'page_view', { page: 'home' })
  if (dice.chance(0.01)) return failure(tea, dice)
  if (dice.chance(0.02)) return { ...page(`/tea/${tea}-old`, 'page_view', { page: 'product' }), status: 404 }
  if (visitor.cart.length > 0 && dice.chance(0.25)) return purchase(visitor, dice)
  if (dice.chance(0.2)) {
    visitor.cart.push(tea)
    const added = { item: tea, cart_size: visitor.cart.length }
    return { ...page('/cart', 'add_to_cart', added), method: 'POST', status: 303 }
  }
  if (dice.chance(0.2)) {
    const words = dice.pick(WORDS)
    return page(`/search?q=${encodeURIComponent(words)}`, 'search', { words, hits: dice.below(40) })
  }
  return page(`/tea/${tea}`, 'page_view', { page: 'product', item: tea })
}

function page(path: string, event: string, properties: Record<string, unknown>): Step {
  return { method: 'GET', path, status: 200, event, properties }
}

function purchase(visitor: Visitor, dice: Dice): Step {
  const order = `o-${dice.hex(5)}`
  const total = visitor.cart.length * 8 + dice.below(800) / 100
  const properties = { order, items: visitor.cart, total, currency: 'EUR' }
  const log = { level: 'info', message: `order ${order} paid`, more: { order, total } }
  return { method: 'POST', path: '/checkout', status: 201, event: 'purchase', properties, log }
}

function failure(tea: string, dice: Dice): Step {
  const isPayment = dice.chance(0.5)
  const message = isPayment
    ? 'payment provider did not answer'
    : `can not read stock of ${tea}: connection reset`
  const more = {
    error: { type: isPayment ? 'TimeoutError' : 'DatabaseError', retry: dice.below(3) },
    stack: `Error: ${message}\n    at checkout (/srv/shop/checkout.js:${dice.below(200) + 1}:13)\n    at async handle (/srv/shop/server.js:88:5)`,
  }
  const path = isPayment ? '/checkout' : `/tea/${tea}`
  const log = { level: 'error', message, more }
  return {
    method: isPayment ? 'POST' : 'GET',
    path,
    status: isPayment ? 502 : 500,
    event: 'error_shown',
    properties: { page: path },
    log,
  }
}

function writeVisit(nowMs: number, visitor: Visitor, step: Step, dice: Dice): Visit {
  const time = new Date(nowMs).toISOString()
  const requestId = dice.hex(8)
  const durationMs = dice.milliseconds(step.status >= 500 ? 400 : 12)
  const bytes = step.status === 200 ? 2000 + dice.below(30_000) : 150 + dice.below(400)
  const level = step.log?.level ?? (step.status === 404 ? 'warn' : 'info')
  const message = step.log?.message ?? `${step.method} ${step.path} ${step.status}`
  const app = {
    time,
    level,
    message,
    request_id: requestId,
    user: visitor.id,
    status: step.status,
    duration_ms: durationMs,
    ...step.log?.more,
  }
  const event = {
    time,
    event: step.event,
    user: visitor.id,
    session: visitor.session,
    city: visitor.city,
    properties: step.properties,
  }
  return {
    access: `${visitor.ip} - - [${nginxTime(nowMs)}] "${step.method} ${step.path} HTTP/1.1" ${step.status} ${bytes} "-" "${visitor.agent}"\n`,
    app: `${JSON.stringify(app)}\n`,
    events: visitor.agent.includes('bot') ? '' : `${JSON.stringify(event)}\n`,
  }
}

/** `23/Nov/2026:02:28:00 +0000` */
function nginxTime(nowMs: number): string {
  const iso = new Date(nowMs).toISOString()
  return `${iso.slice(8, 10)}/${MONTHS[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`
}
