/**
 * The local certificate authority, which signs the server's certificates and which clients trust: DIR/tls/ca.pem and
 * DIR/tls/ca-key.pem. Clients have copies of ca.pem, so an authority is replaced without haste: a year before the end
 * of the newest one the next is added to ca.pem, and the old one goes on signing for as long as what it signs is not
 * cut short by its own end. Who takes a fresh copy within these eleven months notices nothing.
 *
 * Nothing is ever removed from the files: an authority that has ended does no harm, and a clock that was once wrong
 * must not cost the trust of all clients.
 */
import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { HozonError, systemCode } from '../../base/errors.ts'
import { makeKeyPair, readKeyPair, type KeyPair } from '../../sys/key-pair.ts'
import type { Clock, Files, Random } from '../../sys/sys.ts'
import { makeAuthorityCertificate, type Issuer, type Validity } from './x509.ts'

const DAY_MS = 86_400_000
const AUTHORITY_LIFE_MS = 3653 * DAY_MS
const AUTHORITY_OVERLAP_MS = 365 * DAY_MS
/** Clients whose clock is behind take the certificate all the same. */
const BACKDATED_MS = DAY_MS
/** How long a server's certificate lives; a new one is free, and none is kept on disk. */
export const SERVER_CERTIFICATE_LIFE_MS = 30 * DAY_MS

const OWNER_ONLY_DIRECTORY = 0o700
const OWNER_ONLY = 0o600
const EVERYONE_READS = 0o644

export interface Authority extends Validity, Issuer {}

export interface Authorities {
  signer: Authority
  /** Set when one was made just now. */
  made: Authority | undefined
}

interface AuthoritySys {
  clock: Clock
  files: Files
  random: Random
}

export function authorityFile(dataDirectory: string): string {
  return join(dataDirectory, 'tls', 'ca.pem')
}

/** Reads them, and makes one where it is time. Rejects with HOZON_TLS_DAMAGED, _DENIED, _KEY_MISSING or _DISK. */
export async function openAuthorities(sys: AuthoritySys, dataDirectory: string): Promise<Authorities> {
  const certificateFile = authorityFile(dataDirectory)
  const keyFile = join(dataDirectory, 'tls', 'ca-key.pem')
  const certificatesText = await readIfThere(sys.files, certificateFile)
  const keysText = await readIfThere(sys.files, keyFile)
  const keys = readAll(keysText, KEY, keyFile, readKeyPair)
  const all = readAll(certificatesText, CERTIFICATE, certificateFile, (pem) => readAuthority(pem, keys))
  const known = all.filter((authority) => authority !== undefined)
  if (all.length > 0 && known.length === 0) throw missingKey(keyFile, certificateFile)
  const nowMs = sys.clock.now()
  if (!isDue(known, nowMs)) return { signer: signerOf(known, nowMs), made: undefined }

  const { authority, certificate } = makeAuthority(sys.random, nowMs)
  // The key first: a certificate without its key would be trusted and of no use, and one more key does no harm.
  await writePrivately(sys.files, keyFile, keysText + authority.key.privatePem, OWNER_ONLY)
  await writePrivately(sys.files, certificateFile, certificatesText + certificate, EVERYONE_READS)
  return { signer: signerOf([...known, authority], nowMs), made: authority }
}

function isValid({ startMs, endMs }: Validity, nowMs: number): boolean {
  return startMs <= nowMs && nowMs < endMs
}

function isDue(known: readonly Authority[], nowMs: number): boolean {
  return !known.some((one) => isValid(one, nowMs) && one.endMs - nowMs > AUTHORITY_OVERLAP_MS)
}

/** The one that clients have known for longest. */
function signerOf(known: readonly Authority[], nowMs: number): Authority {
  const valid = known.filter((one) => isValid(one, nowMs)).sort((a, b) => a.endMs - b.endMs)
  const signer = valid.find(({ endMs }) => endMs - nowMs >= SERVER_CERTIFICATE_LIFE_MS) ?? valid.at(-1)
  if (signer === undefined) throw new Error('an authority has just been made')
  return signer
}

function makeAuthority(random: Random, nowMs: number): { authority: Authority; certificate: string } {
  const serial = makeSerial(random)
  const authority: Authority = {
    // A name of its own for each: clients look for the issuer by name first.
    commonName: `${NAME_START}${serial.toString('hex').slice(0, 16)}`,
    key: makeKeyPair(),
    startMs: nowMs - BACKDATED_MS,
    endMs: nowMs + AUTHORITY_LIFE_MS,
  }
  return { authority, certificate: makeAuthorityCertificate(authority, serial, authority) }
}

/** 127 bits of chance; positive, and of the same length always. */
export function makeSerial(random: Random): Buffer {
  const serial = random.bytes(16)
  serial[0] = (serial[0]! & 0x7f) | 0x40
  return serial
}

const NAME_START = 'Hozon CA '
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g
const KEY = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/g

/** Undefined: its key is not here any more, so that it can only be trusted. */
function readAuthority(pem: string, keys: readonly KeyPair[]): Authority | undefined {
  const { subject, publicKey, validFromDate, validToDate } = new X509Certificate(pem)
  const publicDer = publicKey.export({ type: 'spki', format: 'der' })
  const key = keys.find((pair) => pair.publicDer.equals(publicDer))
  if (key === undefined || !subject.startsWith(`CN=${NAME_START}`)) return undefined
  return {
    commonName: subject.slice('CN='.length),
    key,
    startMs: validFromDate.getTime(),
    endMs: validToDate.getTime(),
  }
}

function readAll<T>(text: string, pattern: RegExp, target: string, read: (pem: string) => T): T[] {
  const found = text.match(pattern) ?? []
  try {
    if (found.length === 0 && text.trim() !== '') throw new Error('there is no PEM in it')
    return found.map(read)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new HozonError('HOZON_TLS_DAMAGED', message, { op: 'read', target, hint: RESTORE, cause: error })
  }
}

const RESTORE =
  'restore it from a backup; or remove the whole folder, and give clients the new ca.pem that is made at the next start'

function missingKey(target: string, certificateFile: string): HozonError {
  const message = `holds no key of the authorities in ${certificateFile}`
  return new HozonError('HOZON_TLS_KEY_MISSING', message, { op: 'read', target, hint: RESTORE })
}

/** Empty when it is not there. */
async function readIfThere(files: Files, target: string): Promise<string> {
  try {
    return (await files.readFile(target)).toString('latin1')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return ''
    throw tlsFileError('read', target, error)
  }
}

async function writePrivately(files: Files, target: string, text: string, mode: number): Promise<void> {
  try {
    await files.makeDirectory(join(target, '..'), OWNER_ONLY_DIRECTORY)
    await files.writeFileDurably(target, Buffer.from(text, 'latin1'), mode)
  } catch (error) {
    throw tlsFileError('write', target, error)
  }
}

/** For a file of certificates or keys that the system does not let us read or write. */
export function tlsFileError(op: 'read' | 'write', target: string, error: unknown): unknown {
  const code = systemCode(error)
  if (code === undefined) return error
  const isDenied = code === 'EACCES' || code === 'EPERM'
  const message = isDenied ? 'not permitted' : (error as Error).message
  const hint = isDenied
    ? 'give the user of the server the right to it'
    : 'look at the path, the free space and the disk'
  const details = { op, target, hint, retryable: !isDenied, cause: error }
  return new HozonError(isDenied ? 'HOZON_TLS_DENIED' : 'HOZON_TLS_DISK', message, details)
}
