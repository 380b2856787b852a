import { invalidArgument } from './errors.ts'

/** Buckets are not versioned: each object has one version, and its id is `null`. */
export function refuseVersion(query: ReadonlyMap<string, string>): void {
  const version = query.get('versionId')
  if (version !== undefined && version !== 'null')
    throw invalidArgument('Invalid version id specified', 'versionId', version)
}
