/** The certificate that the endpoint shows: by the local authority, or the operator's own; always a valid one. */
import { makeKeyPair } from '../../sys/key-pair.ts'
import type { Clock, Files, Random } from '../../sys/sys.ts'
import type { TlsIdentity } from '../../sys/tls-identity.ts'
import { authorityFile, makeSerial, openAuthorities, SERVER_CERTIFICATE_LIFE_MS } from './authority.ts'
import {
  certificateEndMs,
  ownCertificateState,
  readOwnCertificate,
  type CertificateFiles,
} from './own-certificate.ts'
import { serverNames } from './server-names.ts'
import { makeServerCertificate } from './x509.ts'

/** New files of the operator are in use after this long; for our own certificates it is a comparison of numbers. */
const CHECK_INTERVAL_MS = 10_000
const RENEWED_BEFORE_END_MS = SERVER_CERTIFICATE_LIFE_MS / 3
/** Clients whose clock is behind take the certificate all the same. */
const BACKDATED_MS = 3_600_000

export interface CertificateOptions {
  dataDirectory: string
  /** Where the server listens. */
  host: string
  /** Further names and addresses. */
  names: readonly string[]
  own: CertificateFiles | undefined
  machineName: () => string
}

export interface CertificateEvents {
  authorityMade(file: string, endMs: number): void
  certificateUsed(names: readonly string[], endMs: number): void
  /** Not valid any more, or not for long, and nothing newer can be had; said once until it is over. */
  renewalFailed(error: unknown): void
}

export interface Certificates {
  /** Of this moment. */
  readonly identity: TlsIdentity
  /** What clients have to trust; undefined: the certificate is the operator's own, and so is what clients trust. */
  readonly authorityFile: string | undefined
  /** Calls with each new one, until close(). */
  watch(use: (identity: TlsIdentity) => void): void
  close(): Promise<void>
}

interface CertificatesSys {
  clock: Clock
  files: Files
  random: Random
}

/** One way to have a certificate. */
interface Source {
  obtain(): Promise<TlsIdentity>
  /** What obtain() gives would be better than what it gave last. */
  isDue(): Promise<boolean>
}

/** Rejects with an error of HOZON_TLS_*. */
export async function openCertificates(
  sys: CertificatesSys,
  options: CertificateOptions,
  events: CertificateEvents,
): Promise<Certificates> {
  const { own, dataDirectory } = options
  const source = own === undefined ? localSource(sys, options, events) : ownSource(sys, own, events)
  let identity = await source.obtain()
  let watching: Promise<void> | undefined
  const closing = new AbortController()
  const watchOver = async (use: (identity: TlsIdentity) => void): Promise<void> => {
    let isFailing = false
    for (;;) {
      await sys.clock.sleep(CHECK_INTERVAL_MS, closing.signal)
      if (closing.signal.aborted) return
      try {
        if (!(await source.isDue())) continue
        identity = await source.obtain()
        use(identity)
        isFailing = false
      } catch (error) {
        // The one in use goes on; files may be in the middle of being replaced.
        if (!isFailing) events.renewalFailed(error)
        isFailing = true
      }
    }
  }
  return {
    get identity() {
      return identity
    },
    authorityFile: own === undefined ? authorityFile(dataDirectory) : undefined,
    watch(use) {
      watching ??= watchOver(use)
    },
    async close() {
      closing.abort()
      await watching
    },
  }
}

function localSource(sys: CertificatesSys, options: CertificateOptions, events: CertificateEvents): Source {
  const { dataDirectory, host, names: given, machineName } = options
  const namesNow = (): string[] => serverNames({ given, host, machine: machineName() })
  let last = { names: '', startMs: 0, endMs: 0 }
  return {
    async obtain() {
      const { signer, made } = await openAuthorities(sys, dataDirectory)
      if (made !== undefined) events.authorityMade(authorityFile(dataDirectory), made.endMs)
      const nowMs = sys.clock.now()
      const endMs = Math.min(nowMs + SERVER_CERTIFICATE_LIFE_MS, signer.endMs)
      const validity = { startMs: nowMs - BACKDATED_MS, endMs }
      const names = namesNow()
      const key = makeKeyPair()
      const serial = makeSerial(sys.random)
      const certificate = makeServerCertificate(signer, { commonName: 'hozon', names, key, serial, validity })
      last = { names: names.join(), ...validity }
      events.certificateUsed(names, endMs)
      return { certificate, key: key.privatePem }
    },
    async isDue() {
      const nowMs = sys.clock.now()
      // A clock that was set back makes a certificate that is not valid yet.
      if (nowMs < last.startMs || nowMs > last.endMs - RENEWED_BEFORE_END_MS) return true
      return namesNow().join() !== last.names
    },
  }
}

function ownSource(sys: CertificatesSys, paths: CertificateFiles, events: CertificateEvents): Source {
  let state = ''
  return {
    async obtain() {
      const stateBefore = await ownCertificateState(sys.files, paths)
      const identity = await readOwnCertificate(sys.files, paths)
      // As it was before reading: a change in between is seen at the next look.
      state = stateBefore
      events.certificateUsed([paths.certificate], certificateEndMs(identity))
      return identity
    },
    isDue: async () => (await ownCertificateState(sys.files, paths)) !== state,
  }
}
