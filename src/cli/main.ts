/** The process of every `hozon` command. */
import { realContext } from './real-context.ts'
import { runCli } from './run-cli.ts'

// `hozon sql … | head`: the reader has what it wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})
// Logs of which nobody reads any more are no reason to stop keeping logs.
process.stderr.on('error', () => {})

const code = await runCli(process.argv.slice(2), realContext())
// Behind all output, whatever may still be open.
process.stdout.write('', () => process.exit(code))
