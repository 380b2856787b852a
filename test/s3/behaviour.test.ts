/** What every store must do, by the S3 store against Hozon's own endpoint: both ends at once. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testStoreBehaviour } from '../../src/store/behaviour.ts'
import { openS3Store } from '../../src/store/s3-store.ts'
import { realSys } from '../../src/sys/real.ts'
import { keyOf, REGION, serve } from './served.ts'

testStoreBehaviour(
  'S3 store at our own endpoint',
  async () => {
    const served = await serve()
    const scratch = await mkdtemp(join(tmpdir(), 'hozon-s3-scratch-'))
    const { accessKeyId, secretAccessKey } = keyOf('admin')
    process.env['AWS_ACCESS_KEY_ID'] = accessKeyId
    process.env['AWS_SECRET_ACCESS_KEY'] = secretAccessKey
    const store = await openS3Store(realSys, { endpoint: served.endpoint, region: REGION, pathStyle: true })
    const close = async (): Promise<void> => {
      await store.close()
      await served.end()
      await rm(scratch, { recursive: true })
    }
    return { store, sys: realSys, scratch, close }
  },
  { anyKey: true },
)
