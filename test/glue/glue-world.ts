/** A running Hozon with AWS's own clients of Glue, Athena and S3. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { GlueClient } from '@aws-sdk/client-glue'
import { AthenaWorld } from '../athena/athena-world.ts'

/** Also again, after a stop or a kill. */
export function glueClient({ control, world }: AthenaWorld): GlueClient {
  const saved = JSON.parse(readFileSync(join(world.data, 'credentials.json'), 'utf8')) as {
    accessKeys: { accessKeyId: string; secretAccessKey: string }[]
  }
  return new GlueClient({
    endpoint: control.url,
    region: 'eu-west-1',
    credentials: saved.accessKeys[0]!,
    maxAttempts: 1,
  })
}
