import { runMoto } from './moto.ts'

runMoto({
  folder: 'test_athena',
  // Not what is about moto itself (its queue of results, its states, its resource groups) and not reserved capacity.
  select: ['tests/test_athena/test_athena.py', 'tests/test_athena/test_athena_database.py'],
  plugin: 'athena_plugin',
  testsMin: 44,
})
