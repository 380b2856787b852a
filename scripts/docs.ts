/** Writes what is generated from the sources. A test fails while it is stale. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { configurationText, jsonSchemaText } from '../src/pipeline/publish.ts'

const ROOT = resolve(import.meta.dirname, '..')

mkdirSync(resolve(ROOT, 'schema'), { recursive: true })
writeFileSync(resolve(ROOT, 'schema/hozon.schema.json'), jsonSchemaText())
writeFileSync(resolve(ROOT, 'docs/configuration.md'), configurationText())
