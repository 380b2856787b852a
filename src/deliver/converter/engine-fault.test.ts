import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { suite, test } from 'node:test'
import { HozonError } from '../../base/errors.ts'
import { realSys } from '../../sys/real.ts'
import { openConverter } from './converter.ts'
import { engineFault } from './engine-fault.ts'

suite('faults of the converter', () => {
  test('a full disk passes, in the words of DuckDB', () => {
    for (const message of [
      'IO Error: Could not write file "/x/0": No space left on device',
      'Out of Memory Error: failed to offload data block of size 256.0 KiB (1.6 MiB/1.7 MiB used).\nThis limit …',
    ]) {
      const fault = engineFault(new Error(message), '/x/0')
      assert.ok(fault instanceof HozonError)
      assert.equal(fault.code, 'HOZON_CONVERT_DISK')
      assert.equal(fault.retryable, true)
      assert.equal(fault.message, message.split('\n')[0])
    }
  })

  test('what is no fault of the disk stays as it is', () => {
    for (const error of [
      new Error('Binder Error: no such column'),
      new HozonError('X', 'IO Error: x', { op: 'x' }),
    ])
      assert.equal(engineFault(error, '/x/0'), error)
  })

  test('a system error in the child is one that passes, here too', async () => {
    const converter = openConverter(realSys, { temporary: tmpdir() })
    const encoded = converter.encode({ parts: [], out: '/nowhere/at/all', compression: 'none' })
    await assert.rejects(encoded, { name: 'HozonError', message: /ENOENT/, retryable: true })
    await converter.close()
  })
})
