/** `npm start`: the quickstart pipeline beside the demo shop, in one process, until Ctrl-C. */
import { resolve } from 'node:path'
import { describeError } from '../base/errors.ts'
import type { RunningServer } from '../console/server-api.ts'
import { DEMO_DEFAULTS } from './demo.ts'
import { runShop } from './demo/shop.ts'
import { realContext } from './real-context.ts'
import { runUp, UP_DEFAULTS } from './up.ts'

const PIPELINE = resolve(import.meta.dirname, '../../examples/quickstart/hozon.yaml')

const context = realContext()
const demoDirectory = resolve(context.cwd, DEMO_DEFAULTS.dir)
const shopEnds = new AbortController()
let shop: Promise<void> = Promise.resolve()

function openShop(server: RunningServer): void {
  shop = runShop(context.sys, {
    directory: demoDirectory,
    visitsPerSecond: DEMO_DEFAULTS.rate,
    signal: shopEnds.signal,
  })
  // The server is worth a look without the shop; the reason is said at the end.
  shop.catch((error: unknown) => context.stderr.write(`hozon: demo: ${describeError(error)}\n`))
  context.stdout.write(welcome(server))
}

function welcome({ urls }: RunningServer): string {
  const listed = Object.entries(urls).map(([name, url]) => `  ${name.padEnd(10)}${url}\n`)
  return `
A demo shop writes its logs into ${DEMO_DEFAULTS.dir}; the pipeline is examples/quickstart/hozon.yaml.
${listed.join('')}
In another terminal:
  npx hozon sql "SELECT code, count(*) AS requests FROM shop_access GROUP BY code ORDER BY requests DESC"
  npx hozon tail shop-events
  npx hozon status --watch

Ctrl-C stops both.
`
}

let code = 1
try {
  // Before the pipeline is checked: it would warn of a folder that is not there.
  await context.sys.files.makeDirectory(demoDirectory)
  code = await runUp(context, PIPELINE, UP_DEFAULTS, openShop)
} catch (error) {
  context.stderr.write(`hozon: ${describeError(error)}\n`)
} finally {
  shopEnds.abort()
  await shop.catch(() => {})
}
process.exit(code)
