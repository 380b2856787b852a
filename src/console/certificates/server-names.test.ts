import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeNames, isServerName, serverNames } from './server-names.ts'

test('what may stand in a certificate', () => {
  for (const name of [
    'a',
    'logs.example.com',
    '*.logs.test',
    'my_host',
    '10.0.0.5',
    '::1',
    '2001:db8::1',
    '7a',
  ])
    assert.ok(isServerName(name), name)
  for (const name of [
    '',
    '-a',
    'a-',
    'a..b',
    'a b',
    'http://a',
    'a:80',
    '*',
    'a.*.b',
    'ä.test',
    'a.',
    '10.0.0.300',
    '1.2.3',
    `${'a'.repeat(64)}.b`,
  ])
    assert.ok(!isServerName(name), name)
  assert.ok(!isServerName(`${'abc.'.repeat(64)}de`))
})

test('the host, the machine and what is given, each once; never all addresses', () => {
  const names = (host: string, machine: string, given: string[] = []): string[] =>
    serverNames({ host, machine, given }).slice(3)
  assert.deepEqual(names('127.0.0.1', 'Box.lan', ['box.lan', '10.0.0.1']), ['box.lan', '10.0.0.1'])
  assert.deepEqual(names('0.0.0.0', 'böx'), [])
  assert.deepEqual(names('::', ''), [])
  assert.deepEqual(names('10.0.0.9', 'box'), ['10.0.0.9', 'box'])
})

test('addresses as bytes', () => {
  const bytes = (name: string): string => encodeNames([name]).subarray(4).toString('hex')
  assert.equal(bytes('10.0.0.255'), '0a0000ff')
  assert.equal(bytes('::1'), '00000000000000000000000000000001')
  assert.equal(bytes('2001:DB8::5'), '20010db8000000000000000000000005')
  assert.equal(bytes('1:2:3:4:5:6:7:8'), '00010002000300040005000600070008')
  assert.equal(bytes('fe80::'), 'fe800000000000000000000000000000')
  assert.equal(bytes('::ffff:1.2.3.4'), '00000000000000000000ffff01020304')
  assert.equal(bytes('fe80::1%eth0'), 'fe800000000000000000000000000001')
})
