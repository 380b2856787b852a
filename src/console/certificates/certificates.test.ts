/** Certificates over simulated decades; what they say is read by node:crypto. */
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { realSys } from '../../sys/real.ts'
import { simulatedSys, type SimulatedSys } from '../../sys/simulated.ts'
import type { TlsIdentity } from '../../sys/tls-identity.ts'
import { openAuthorities } from './authority.ts'
import { openCertificates, type CertificateOptions, type Certificates } from './certificates.ts'

const DAY_MS = 86_400_000
const OPTIONS: CertificateOptions = {
  dataDirectory: '/data',
  host: '127.0.0.1',
  names: ['logs.example.com'],
  own: undefined,
  machineName: () => 'box',
}

interface Told {
  authorities: number
  used: string[]
  failures: string[]
}

function events(told: Told) {
  return {
    authorityMade: () => void told.authorities++,
    certificateUsed: (names: readonly string[]) => void told.used.push(names.join()),
    renewalFailed: (error: unknown) => void told.failures.push((error as { code: string }).code),
  }
}

async function world(seed = 1) {
  const sys = simulatedSys(seed)
  await sys.files.makeDirectory('/data')
  const told: Told = { authorities: 0, used: [], failures: [] }
  const open = (options: Partial<CertificateOptions> = {}): Promise<Certificates> =>
    openCertificates(sys, { ...OPTIONS, ...options }, events(told))
  return { sys, told, open }
}

const leaf = ({ identity }: { identity: TlsIdentity }): X509Certificate =>
  new X509Certificate(identity.certificate)

async function bundle(sys: SimulatedSys): Promise<X509Certificate[]> {
  const text = (await sys.files.readFile('/data/tls/ca.pem')).toString()
  return (text.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? []).map(
    (pem) => new X509Certificate(pem),
  )
}

/** As a client does it that has this copy of ca.pem. */
function isTrusted(
  certificate: X509Certificate,
  trusted: readonly X509Certificate[],
  nowMs: number,
): boolean {
  const isNow = (one: X509Certificate): boolean =>
    one.validFromDate.getTime() <= nowMs && nowMs < one.validToDate.getTime()
  return (
    isNow(certificate) &&
    trusted.some((ca) => isNow(ca) && certificate.checkIssued(ca) && certificate.verify(ca.publicKey))
  )
}

test('the first start makes an authority and a certificate that it has signed', async () => {
  const { sys, told, open } = await world()
  const certificates = await open()
  const [authority] = await bundle(sys)
  assert.equal(certificates.authorityFile, '/data/tls/ca.pem')
  assert.equal(told.authorities, 1)
  assert.ok(authority?.ca)
  assert.ok(!leaf(certificates).ca)
  assert.ok(isTrusted(leaf(certificates), [authority], sys.clock.now()))
  for (const name of ['localhost', 'box', 'logs.example.com'])
    assert.ok(leaf(certificates).checkHost(name), name)
  for (const address of ['127.0.0.1', '::1']) assert.ok(leaf(certificates).checkIP(address), address)
  assert.equal(leaf(certificates).checkHost('evil.example'), undefined)
})

test('a restart keeps the authority', async () => {
  const { sys, told, open } = await world()
  const first = await open()
  const second = await open({ names: ['other.test'] })
  assert.equal(told.authorities, 1)
  assert.notEqual(leaf(first).serialNumber, leaf(second).serialNumber)
  assert.ok(isTrusted(leaf(second), await bundle(sys), sys.clock.now()))
  assert.ok(leaf(second).checkHost('other.test'))
})

test('thirty years with a client that takes a fresh ca.pem every ten months: it always trusts', async () => {
  const { sys, told, open } = await world()
  let copy: X509Certificate[] = []
  let certificate: X509Certificate | undefined
  for (let day = 0; day < 30 * 365; day += 5) {
    // As the watch does it, but without a step for every ten seconds.
    if (day % 20 === 0) certificate = leaf(await open())
    if (day % 290 === 0) copy = await bundle(sys)
    assert.ok(isTrusted(certificate!, copy, sys.clock.now()), `day ${day}`)
    sys.clock.jump(5 * DAY_MS)
  }
  assert.equal(told.authorities, 4)
  const authorities = await bundle(sys)
  assert.equal(new Set(authorities.map(({ subject }) => subject)).size, 4)
})

test('the watch renews before the end, and when the machine gets another name', async () => {
  const { sys, told, open } = await world()
  let machine = 'box'
  const certificates = await open({ machineName: () => machine })
  const used: TlsIdentity[] = []
  certificates.watch((identity) => used.push(identity))
  const until = async (days: number): Promise<void> => {
    sys.clock.jump(days * DAY_MS)
    await sys.clock.advance(10_000)
  }
  await until(19)
  assert.equal(used.length, 0)
  await until(2)
  assert.equal(used.length, 1)
  assert.equal(used[0], certificates.identity)
  assert.ok(leaf(certificates).validToDate.getTime() - sys.clock.now() > 25 * DAY_MS)
  machine = 'renamed'
  await until(1)
  assert.equal(used.length, 2)
  assert.ok(leaf(certificates).checkHost('renamed'))
  assert.equal(told.authorities, 1)
  await certificates.close()
})

test('a clock that was wrong for a while costs no trust', async () => {
  const { sys, told, open } = await world()
  await open()
  const [first] = await bundle(sys)
  const rightMs = sys.clock.now()
  sys.clock.jump(50 * 365 * DAY_MS)
  await open()
  assert.equal(told.authorities, 2)
  sys.clock.jump(rightMs - sys.clock.now())
  const certificates = await open()
  assert.equal(told.authorities, 2)
  assert.ok(isTrusted(leaf(certificates), [first!], rightMs))
})

test('a power cut at any step of the first start leaves what the next start goes on with', async () => {
  for (let step = 1; ; step++) {
    const { sys, told, open } = await world(step)
    sys.faults.failAt(sys.faults.operations + step, 'EIO', { forever: true })
    const isDone = await open().then(
      () => true,
      () => false,
    )
    sys.faults.clear()
    const next = sys.crash({ mode: 'power' })
    await next.files.makeDirectory('/data')
    const certificates = await openCertificates(next, OPTIONS, events(told))
    assert.ok(isTrusted(leaf(certificates), await bundle(next), next.clock.now()), `step ${step}`)
    if (isDone) break
  }
})

test('damaged and missing files are named with the next step', async () => {
  const { sys, open } = await world()
  await open()
  const [ca, key] = ['/data/tls/ca.pem', '/data/tls/ca-key.pem']
  const saved = await sys.files.readFile(key)
  const write = (path: string, text: string | Buffer): Promise<void> =>
    sys.files.writeFileDurably(path, Buffer.from(text))
  await sys.files.remove(key)
  await assert.rejects(open(), { code: 'HOZON_TLS_KEY_MISSING', target: key, hint: /restore it/ })
  await write(key, 'junk')
  await assert.rejects(open(), { code: 'HOZON_TLS_DAMAGED', target: key, hint: /restore it/ })
  await write(key, '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n')
  await assert.rejects(open(), { code: 'HOZON_TLS_DAMAGED', target: key })
  await write(key, saved)
  await write(ca, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
  await assert.rejects(open(), { code: 'HOZON_TLS_DAMAGED', target: ca })
  sys.faults.deny(ca)
  await assert.rejects(open(), { code: 'HOZON_TLS_DENIED', target: ca, hint: /right/ })
})

test('a renewal that fails is said once, and the certificate in use stays', async () => {
  const { sys, told, open } = await world()
  const certificates = await open()
  const before = certificates.identity
  certificates.watch(() => {})
  await sys.files.remove('/data/tls/ca-key.pem')
  sys.clock.jump(21 * DAY_MS)
  await sys.clock.advance(60_000)
  assert.deepEqual(told.failures, ['HOZON_TLS_KEY_MISSING'])
  assert.equal(certificates.identity, before)
  await certificates.close()
})

function temporary(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'hozon-certificates-'))
  t.after(() => rmSync(directory, { recursive: true }))
  return directory
}

test('the keys are for their owner only', async (t) => {
  const directory = temporary(t)
  await openAuthorities(realSys, directory)
  const mode = (...path: string[]): string => (statSync(join(directory, ...path)).mode & 0o777).toString(8)
  assert.deepEqual([mode('tls'), mode('tls', 'ca-key.pem'), mode('tls', 'ca.pem')], ['700', '600', '644'])
})

test("the operator's own certificate is used, and the new one when its files change", async () => {
  const { sys, told, open } = await world()
  const made = [(await open()).identity, (await open()).identity]
  const own = { certificate: '/etc/a.pem', key: '/etc/a.key' }
  const put = async ({ certificate, key }: TlsIdentity): Promise<void> => {
    await sys.files.writeFileDurably(own.key, Buffer.from(key))
    await sys.files.writeFileDurably(own.certificate, Buffer.from(certificate))
  }
  await sys.files.makeDirectory('/etc')
  await assert.rejects(open({ own }), { code: 'HOZON_TLS_DISK', target: '/etc/a.pem' })
  await put(made[0]!)
  const certificates = await open({ own })
  assert.equal(certificates.authorityFile, undefined)
  assert.deepEqual(certificates.identity, made[0])
  certificates.watch(() => {})
  await put({ ...made[1]!, key: made[0]!.key })
  await sys.clock.advance(60_000)
  assert.deepEqual(told.failures, ['HOZON_TLS_DAMAGED'])
  assert.deepEqual(certificates.identity, made[0])
  await put(made[1]!)
  await sys.clock.advance(60_000)
  assert.deepEqual(certificates.identity, made[1])
  await certificates.close()
  await put({ ...made[1]!, key: made[0]!.key })
  await assert.rejects(open({ own }), {
    code: 'HOZON_TLS_DAMAGED',
    target: '/etc/a.key',
    hint: /belong together/,
  })
})
