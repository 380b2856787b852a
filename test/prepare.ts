/** Installs what several suites use, before suites that run beside each other would install it at the same time. */
import { resolve } from 'node:path'
import { python } from './python/venv.ts'
import { findMinio } from './store/minio.ts'

await python()
await python(resolve(import.meta.dirname, 'athena/requirements.txt'))
await findMinio()
