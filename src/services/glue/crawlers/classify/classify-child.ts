/** The process that looks into files for crawlers. */
import { realFiles } from '../../../../sys/real-files.ts'
import { serveCalls } from '../../../../sys/rpc.ts'
import { classifyFile } from './classify-file.ts'
import type { ClassifyJob } from './file-schema.ts'

serveCalls({ classify: (job: ClassifyJob) => classifyFile(realFiles, job) })
