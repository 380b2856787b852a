/** A certificate that the operator brings, from files that something else renews. */
import { X509Certificate } from 'node:crypto'
import { HozonError } from '../../base/errors.ts'
import type { Files } from '../../sys/sys.ts'
import { tlsIdentityProblem, type TlsIdentity } from '../../sys/tls-identity.ts'
import { tlsFileError } from './authority.ts'

export interface CertificateFiles {
  certificate: string
  key: string
}

/** Rejects with HOZON_TLS_DENIED, HOZON_TLS_DISK or HOZON_TLS_DAMAGED. */
export async function readOwnCertificate(files: Files, paths: CertificateFiles): Promise<TlsIdentity> {
  const identity = { certificate: await read(files, paths.certificate), key: await read(files, paths.key) }
  const problem = problemOf(identity)
  if (problem === undefined) return identity
  throw new HozonError('HOZON_TLS_DAMAGED', problem.text, {
    op: 'use certificate',
    target: problem.isOfKey ? paths.key : paths.certificate,
    hint: 'endpoint.certificate and endpoint.key name PEM files that belong together; the key has no passphrase',
  })
}

/** Changes whenever one of the files is written; the reason where they can not be looked at. */
export async function ownCertificateState(files: Files, paths: CertificateFiles): Promise<string> {
  try {
    const stats = await Promise.all([files.stat(paths.certificate), files.stat(paths.key)])
    return stats.map(({ ino, size, mtimeNs }) => `${ino}/${size}/${mtimeNs}`).join(' ')
  } catch (error) {
    return String(error)
  }
}

export function certificateEndMs({ certificate }: TlsIdentity): number {
  return new X509Certificate(certificate).validToDate.getTime()
}

function problemOf(identity: TlsIdentity): { text: string; isOfKey: boolean } | undefined {
  try {
    certificateEndMs(identity)
  } catch (error) {
    return { text: error instanceof Error ? error.message : String(error), isOfKey: false }
  }
  const text = tlsIdentityProblem(identity)
  return text === undefined ? undefined : { text, isOfKey: true }
}

async function read(files: Files, path: string): Promise<string> {
  try {
    return (await files.readFile(path)).toString('utf8')
  } catch (error) {
    throw tlsFileError('read', path, error)
  }
}
