import { formatCount } from '../base/units.ts'
import { abortOnInterrupt } from './context.ts'
import { dataDirectory, dataOption } from './options.ts'
import { withoutControlCharacters } from './output/plain-text.ts'
import { examples, type RegisterCommand } from './command.ts'

export const tailCommand: RegisterCommand = (program, context) => {
  program
    .command('tail')
    .description('show the lines of a stream as they become durable, until Ctrl-C')
    .argument('<stream>', 'name of the stream')
    .addOption(dataOption())
    .addHelpText('after', examples(['hozon tail web-access']))
    .action(async (stream: string, options: { data: string }) => {
      const client = await context.connect(dataDirectory(context, options))
      const { signal, done } = abortOnInterrupt(context)
      // A terminal gets one clean line each; a pipe gets the line as it is.
      const clean = context.stdout.isTerminal ? withoutControlCharacters : (line: string): string => line
      for await (const item of client.tail(stream, signal)) {
        if (item.dropped !== undefined)
          context.stderr.write(
            `hozon: ${formatCount(item.dropped)} lines not shown: this reader is too slow (they are kept)\n`,
          )
        else if (item.rejected === undefined) context.stdout.write(`${clean(item.line)}\n`)
        else context.stdout.write(`[rejected: ${item.rejected}] ${clean(item.line)}\n`)
      }
      done()
    })
}
