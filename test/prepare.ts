/**
 * `node test/prepare.ts [minio|python]`: installs what several suites use, before suites that run beside each other would
 * install it at the same time.
 */
import { resolve } from 'node:path'
import { python } from './python/venv.ts'
import { findMinio } from './store/minio.ts'

const TOOLS: Record<string, () => Promise<unknown>> = {
  minio: findMinio,
  async python() {
    await python()
    await python(resolve(import.meta.dirname, 'athena/requirements.txt'))
  },
}

const names = process.argv.slice(2)
for (const name of names.length === 0 ? Object.keys(TOOLS) : names) {
  const install = TOOLS[name]
  if (install === undefined) throw new Error(`no tool ${name}; there are ${Object.keys(TOOLS).join(', ')}`)
  await install()
}
