import { resolve } from 'node:path'
import { abortOnInterrupt } from './context.ts'
import { parsePositive } from './options.ts'
import { examples, type RegisterCommand } from './command.ts'

export const DEMO_DEFAULTS = { dir: './hozon-data/demo', rate: 20 }

export const demoCommand: RegisterCommand = (program, context) => {
  program
    .command('demo')
    .description('a small web-shop that writes realistic logs, until Ctrl-C')
    .option('--dir <dir>', 'folder for app.log, access.log and events.log', DEMO_DEFAULTS.dir)
    .option('--rate <visits>', 'page views per second', parsePositive, DEMO_DEFAULTS.rate)
    .addHelpText('after', examples(['hozon demo', 'hozon demo --dir /tmp/shop --rate 200']))
    .action(async (options: { dir: string; rate: number }) => {
      const directory = resolve(context.cwd, options.dir)
      const { runShop } = await import('./demo/shop.ts')
      const { signal, done } = abortOnInterrupt(context)
      context.stdout.write(`writing to ${directory}/{app,access,events}.log until Ctrl-C\n`)
      await runShop(context.sys, { directory, visitsPerSecond: options.rate, signal })
      done()
    })
}
