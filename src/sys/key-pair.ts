import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'

/** The seam to keys: chance that can not be repeated by a seed, as OpenSSL makes them by itself. */
export interface KeyPair {
  /** PKCS#8. */
  privatePem: string
  /** SubjectPublicKeyInfo, as certificates hold it. */
  publicDer: Buffer
}

/** EC P-256: made in a millisecond, and taken by every TLS client of the last ten years. */
export function makeKeyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    publicDer: publicKey.export({ type: 'spki', format: 'der' }),
  }
}

/** Throws for what is not a private key. */
export function readKeyPair(privatePem: string): KeyPair {
  const publicKey = createPublicKey(createPrivateKey(privatePem))
  return { privatePem, publicDer: publicKey.export({ type: 'spki', format: 'der' }) }
}
