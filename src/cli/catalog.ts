import { formatCount } from '../base/units.ts'
import { loadOrExplain } from './load-or-explain.ts'
import { dataDirectory, dataOption, DEFAULT_FILE } from './options.ts'
import { withoutControlCharacters } from './output/plain-text.ts'
import { examples, type RegisterCommand } from './command.ts'

export const catalogCommand: RegisterCommand = (program, context, done) => {
  program
    .command('catalog')
    .description('work on the catalog')
    .command('rebuild')
    .description('make the catalog anew from what the bucket holds; the server must not run')
    .argument('[file]', 'the pipeline file', DEFAULT_FILE)
    .addOption(dataOption())
    .addHelpText('after', examples(['hozon catalog rebuild hozon.yaml --data /var/lib/hozon']))
    .action(async (file: string, options: { data: string }) => {
      const directory = dataDirectory(context, options)
      const loaded = await loadOrExplain(context, file, directory)
      if (loaded === undefined) return done(1)
      const { rebuildCatalog } = await import('../server/rebuild-catalog.ts')
      const { streams, declared, problems } = await rebuildCatalog(context.sys, loaded.pipeline, directory)
      for (const { stream, objects, records, problems: ofStream } of streams) {
        context.stdout.write(`${stream}: ${formatCount(objects)} objects, ${formatCount(records)} records\n`)
        problems.push(...ofStream)
      }
      const { databases, tables, partitions } = declared
      if (databases + tables > 0)
        context.stdout.write(
          `declared: ${formatCount(databases)} databases, ${formatCount(tables)} tables, ${formatCount(partitions)} partitions\n`,
        )
      for (const problem of problems) context.stderr.write(`hozon: ${withoutControlCharacters(problem)}\n`)
      if (problems.length > 0) done(1)
    })
}
