/** Makes X.509 certificates (RFC 5280): those of a local authority and those that it signs. Reading is node:crypto's. */
import { createHash, sign } from 'node:crypto'
import type { KeyPair } from '../../sys/key-pair.ts'
import * as der from './der.ts'
import { encodeNames } from './server-names.ts'

/** Who signs: the common name of its certificate is its only name. */
export interface Issuer {
  commonName: string
  key: KeyPair
}

export interface Validity {
  startMs: number
  endMs: number
}

const OID = {
  commonName: '2.5.4.3',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
}

/** Bits of KeyUsage from the most significant on: digitalSignature is bit 0, keyCertSign bit 5, cRLSign bit 6. */
const SIGNS_HANDSHAKES = der.bitString(Buffer.of(0b1000_0000), 7)
const SIGNS_CERTIFICATES = der.bitString(Buffer.of(0b0000_0110), 1)

/** May sign servers' certificates, but no further authorities. */
export function makeAuthorityCertificate(self: Issuer, serial: Buffer, validity: Validity): string {
  return makeCertificate({ issuer: self, subject: self.commonName, key: self.key, serial, validity }, [
    // Python from 3.13 on refuses an authority without these, and where they are not critical.
    extension(OID.basicConstraints, true, der.sequence(der.boolean(true), der.integer(Buffer.of(0)))),
    extension(OID.keyUsage, true, SIGNS_CERTIFICATES),
  ])
}

export function makeServerCertificate(
  issuer: Issuer,
  server: { commonName: string; names: readonly string[]; key: KeyPair; serial: Buffer; validity: Validity },
): string {
  const { commonName: subject, names, key, serial, validity } = server
  return makeCertificate({ issuer, subject, key, serial, validity }, [
    extension(OID.basicConstraints, true, der.sequence()),
    extension(OID.keyUsage, true, SIGNS_HANDSHAKES),
    extension(OID.extendedKeyUsage, false, der.sequence(der.objectIdentifier(OID.serverAuth))),
    extension(OID.subjectAltName, false, encodeNames(names)),
  ])
}

interface Content {
  issuer: Issuer
  subject: string
  key: KeyPair
  serial: Buffer
  validity: Validity
}

function makeCertificate({ issuer, subject, key, serial, validity }: Content, extensions: Buffer[]): string {
  const algorithm = der.sequence(der.objectIdentifier(OID.ecdsaWithSha256))
  const own = der.octetString(keyIdentifier(key))
  const issuers = der.sequence(der.implicit(0, keyIdentifier(issuer.key)))
  const content = der.sequence(
    // Version 3, the only one with extensions.
    der.explicit(0, der.integer(Buffer.of(2))),
    der.integer(serial),
    algorithm,
    distinguishedName(issuer.commonName),
    der.sequence(der.time(validity.startMs), der.time(validity.endMs)),
    distinguishedName(subject),
    key.publicDer,
    der.explicit(
      3,
      der.sequence(
        ...extensions,
        extension(OID.subjectKeyIdentifier, false, own),
        extension(OID.authorityKeyIdentifier, false, issuers),
      ),
    ),
  )
  const signature = sign('sha256', content, issuer.key.privatePem)
  return pem(der.sequence(content, algorithm, der.bitString(signature)))
}

function extension(identifier: string, isCritical: boolean, content: Buffer): Buffer {
  // False is the default, and DER leaves defaults out.
  const critical = isCritical ? [der.boolean(true)] : []
  return der.sequence(der.objectIdentifier(identifier), ...critical, der.octetString(content))
}

function distinguishedName(commonName: string): Buffer {
  const attribute = der.sequence(der.objectIdentifier(OID.commonName), der.utf8String(commonName))
  return der.sequence(der.setOf(attribute))
}

/** Any value that is another for another key will do (RFC 5280 4.2.1.2). */
function keyIdentifier({ publicDer }: KeyPair): Buffer {
  return createHash('sha256').update(publicDer).digest().subarray(0, 20)
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
