/**
 * Against DNS rebinding: a web page may point its own name at 127.0.0.1 and then talk to us from the visitor's
 * browser. Such a request carries that name in `Host`, so on a loopback port only loopback names are answered.
 * On any other address the operator has opened the port on purpose, under names that we can not know.
 */
export function isHostAllowed(hostHeader: string | undefined, boundHost: string): boolean {
  if (!isLoopback(boundHost)) return true
  if (hostHeader === undefined) return false
  const name = hostHeader
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase()
  return isLoopback(name) || name === boundHost.toLowerCase()
}

/** The name or address of this machine for itself. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase()
  // Digits only: `127.example.com` is a name that anybody may own.
  return (
    /^127(\.\d{1,3}){3}$/.test(name) || name === '::1' || name === 'localhost' || name.endsWith('.localhost')
  )
}

/** Where to connect to for a server that is bound to `host`. */
export function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '') return '127.0.0.1'
  return host === '::' ? '::1' : host
}
