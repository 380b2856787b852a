import { formatBytes, formatCount } from '../base/units.ts'
import type { StreamAudit } from '../console/server-api.ts'
import { dataDirectory, dataOption } from './options.ts'
import { withoutControlCharacters } from './output/plain-text.ts'
import { examples, type RegisterCommand } from './command.ts'

export const auditCommand: RegisterCommand = (program, context, done) => {
  program
    .command('audit')
    .description('prove that every byte of every source is in an object, and every object whole in the store')
    .argument('[stream]', 'one stream; default: all')
    .addOption(dataOption())
    .addHelpText('after', examples(['hozon audit', 'hozon audit web-access']))
    .action(async (stream: string | undefined, options: { data: string }) => {
      const client = await context.connect(dataDirectory(context, options))
      const report = await client.audit(stream)
      for (const audited of report.streams) context.stdout.write(streamText(audited))
      if (report.holds) return
      context.stderr.write('hozon: the audit found gaps; see docs/guides/operations.md, "audit"\n')
      done(1)
    })
}

function streamText({ name, objects, bytes, records, sources, problems }: StreamAudit): string {
  const counted = `${formatCount(records)} records in ${formatCount(objects)} objects (${formatBytes(bytes)}), ${formatCount(sources)} sources`
  const verdict = problems.length === 0 ? 'complete' : `${problems.length} problems`
  const lines = problems.map((problem) => `  ${withoutControlCharacters(problem)}\n`)
  return `${name}: ${verdict}: ${counted}\n${lines.join('')}`
}
