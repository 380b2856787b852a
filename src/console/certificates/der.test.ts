import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as der from './der.ts'

const hex = (bytes: Buffer): string => bytes.toString('hex')

test('integers are as short as can be and never negative', () => {
  assert.equal(hex(der.integer(Buffer.of(0))), '020100')
  assert.equal(hex(der.integer(Buffer.of(0, 0, 127))), '02017f')
  assert.equal(hex(der.integer(Buffer.of(128))), '02020080')
})

test('lengths from 128 on take several bytes', () => {
  assert.equal(hex(der.octetString(Buffer.alloc(127)).subarray(0, 2)), '047f')
  assert.equal(hex(der.octetString(Buffer.alloc(128)).subarray(0, 3)), '048180')
  assert.equal(hex(der.octetString(Buffer.alloc(300)).subarray(0, 4)), '0482012c')
})

test('object identifiers', () => {
  assert.equal(hex(der.objectIdentifier('2.5.29.17')), '0603551d11')
  assert.equal(hex(der.objectIdentifier('1.2.840.10045.4.3.2')), '06082a8648ce3d040302')
})

test('times have four digits for the year from 2050 on', () => {
  const at = (text: string): string => der.time(Date.parse(text)).toString('latin1')
  assert.equal(at('2049-12-31T23:59:59.999Z'), '\u0017\u000d491231235959Z')
  assert.equal(at('2050-01-01T00:00:00Z'), '\u0018\u000f20500101000000Z')
})
