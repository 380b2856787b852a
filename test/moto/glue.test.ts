import { runMoto } from './moto.ts'

runMoto({
  folder: 'test_glue',
  // Of test_glue.py what is about crawlers: there are no jobs, triggers and sessions here.
  select: [
    'tests/test_glue/test_datacatalog.py',
    'tests/test_glue/test_partition_filter.py',
    'tests/test_glue/test_glue.py',
    '-k',
    'test_datacatalog or test_partition_filter or (crawler and not trigger and not predicate and not crawler_args)',
  ],
  plugin: 'glue_plugin',
  testsMin: 98,
})
