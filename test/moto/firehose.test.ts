import { runMoto } from './moto.ts'

runMoto({
  folder: 'test_firehose',
  select: ['tests/test_firehose'],
  plugin: 'firehose_plugin',
  testsMin: 31,
})
