import { createSecureContext, type SecureContextOptions } from 'node:tls'

/** What a TLS server shows and proves, both as PEM. */
export interface TlsIdentity {
  /** The server's certificate, followed by those between it and the root, if any. */
  certificate: string
  key: string
}

/** TLS 1.0 and 1.1 are broken and refused by every client of today. */
const VERSION_MIN = 'TLSv1.2'

export function secureContextOptions({ certificate, key }: TlsIdentity): SecureContextOptions {
  return { cert: certificate, key, minVersion: VERSION_MIN }
}

/** Why a TLS server can not be run with it, in OpenSSL's words; undefined: it can. */
export function tlsIdentityProblem(identity: TlsIdentity): string | undefined {
  try {
    createSecureContext(secureContextOptions(identity))
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
