/** A process that reads files of external tables: what they hold and how large they are is not ours to say. */
import { realFiles } from '../../sys/real-files.ts'
import { serveCalls } from '../../sys/rpc.ts'
import { endWithParent } from '../../sys/end-with-parent.ts'
import type { RewriteJob } from './contract.ts'
import { rewriteFile } from './rewrite-file.ts'

// An expression of a user may keep the only thread busy for longer than the parent lives.
endWithParent()

serveCalls({
  rewrite: (job: RewriteJob) => rewriteFile(realFiles, job),
  ping: () => Promise.resolve(true),
})
