import { hostname } from 'node:os'

/** What this machine calls itself; may change while it runs. */
export function hostName(): string {
  return hostname()
}
