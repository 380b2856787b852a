/** What is published of the schema: the JSON Schema for editors, and docs/configuration.md. `npm run docs` writes both. */
import * as z from 'zod'
import { pipelineSchema } from './schema.ts'

interface Described {
  description?: string
  type?: string
  properties?: Record<string, Described>
  required?: string[]
  additionalProperties?: boolean | Described
  items?: Described
  anyOf?: Described[]
  enum?: string[]
  const?: string | number
}

export function jsonSchemaText(): string {
  const schema = z.toJSONSchema(pipelineSchema, { target: 'draft-2020-12', unrepresentable: 'any' })
  return `${JSON.stringify({ ...schema, title: 'Hozon pipeline file' }, null, 2)}\n`
}

export function configurationText(): string {
  const schema = z.toJSONSchema(pipelineSchema, { unrepresentable: 'any' }) as Described
  return `${HEAD}${section(schema, '').join('')}${FOOT}`
}

const HEAD = `# The pipeline file

This page is generated from the schema in \`src/pipeline/schema.ts\`; change it there and run \`npm run docs\`.

\`hozon check FILE\` names every problem at once as \`file:line:col: path: message\`. Unknown keys are errors. Sizes and
durations have units: \`64MiB\`, \`1GB\`, \`60s\`, \`15m\`. Relative paths start from the folder of the file.

\`\${NAME}\` is replaced by the environment variable, \`\${NAME:-default}\` by the default where it is unset or empty; an
unset variable without default is an error. \`$\${\` stands for \`\${\` itself.

For completion in editors: \`# yaml-language-server: $schema=./node_modules/hozon/schema/hozon.schema.json\`

| key | value | meaning |
|---|---|---|
`

const FOOT = `
## The smallest file

\`\`\`yaml
streams:
  web:
    collect:
      - tail:
          paths: [/var/log/app/*.log]
\`\`\`
`

function section(schema: Described, path: string): string[] {
  const ownKeys = Object.entries(schema.properties ?? {}).flatMap(([key, child]) => {
    const childPath = path === '' ? key : `${path}.${key}`
    return [row(childPath, child), ...section(child, childPath)]
  })
  const map = schema.additionalProperties
  const entries =
    typeof map === 'object' && schema.properties === undefined && map.properties !== undefined
      ? [row(`${path}.<name>`, map), ...section(map, `${path}.<name>`)]
      : []
  const items = schema.items === undefined ? [] : section(schema.items, `${path}[]`)
  const options = (schema.anyOf ?? []).flatMap((option) => section(option, path))
  return [...ownKeys, ...entries, ...items, ...options]
}

function row(path: string, schema: Described): string {
  const description = (schema.description ?? '').replaceAll('|', '\\|')
  return `| \`${path}\` | ${valueText(schema).replaceAll('|', '\\|')} | ${description} |\n`
}

function valueText(schema: Described): string {
  if (schema.const !== undefined) return String(schema.const)
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ')
  if (schema.anyOf !== undefined) return schema.anyOf.map(valueText).join(' or ')
  if (schema.items !== undefined) return `list of ${valueText(schema.items)}`
  const names: Record<string, string> = { string: 'text', boolean: 'true, false', object: 'keys' }
  return names[schema.type ?? ''] ?? 'text'
}
