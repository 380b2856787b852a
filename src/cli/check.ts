import { dataDirectory, dataOption, DEFAULT_FILE } from './options.ts'
import { loadOrExplain } from './load-or-explain.ts'
import { examples, type RegisterCommand } from './command.ts'

export const checkCommand: RegisterCommand = (program, context, done) => {
  program
    .command('check')
    .description('validate the pipeline file and show where a line would go')
    .argument('[file]', 'the pipeline file', DEFAULT_FILE)
    .addOption(dataOption())
    .addHelpText('after', examples(['hozon check hozon.yaml']))
    .action(async (file: string, options: { data: string }) => {
      const loaded = await loadOrExplain(context, file, dataDirectory(context, options))
      if (loaded === undefined) return done(1)
      const { pipelineSummary } = await import('./check-summary.ts')
      for (const warning of loaded.warnings) context.stderr.write(`${warning} (warning)\n`)
      context.stdout.write(`${file} is valid\n\n${pipelineSummary(loaded.pipeline, context.sys.clock.now())}`)
    })
}
