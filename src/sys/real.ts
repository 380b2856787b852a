import { realClock } from './real-clock.ts'
import { realFiles } from './real-files.ts'
import { realProcesses } from './real-processes.ts'
import { realRandom } from './real-random.ts'
import type { Sys } from './sys.ts'

export const realSys: Sys = {
  clock: realClock,
  random: realRandom,
  files: realFiles,
  processes: realProcesses,
}
