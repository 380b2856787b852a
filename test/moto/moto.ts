/** moto's own Firehose tests, from its source archive on PyPI, run against an endpoint. */
import { pinned, sourceOf } from '../python/venv.ts'
import { pytest, type PythonTest } from '../python/pytest.ts'

/** moto's credentials; its tests know no others. */
export const MOTO_KEY = { id: 'FOOBARKEY', secret: 'FOOBARSECRET' }

export async function runMotoTests(endpoint: string): Promise<PythonTest[]> {
  const root = await sourceOf('moto', pinned('moto'))
  return pytest({
    cwd: root,
    path: [import.meta.dirname],
    // Their configuration asks for plugins that only moto's developers have.
    args: ['-c', '/dev/null', '--rootdir', root, '-p', 'hozon_plugin', 'tests/test_firehose'],
    env: {
      TEST_SERVER_MODE: 'true',
      TEST_SERVER_MODE_ENDPOINT: endpoint,
      MOTO_CALL_RESET_API: 'false',
    },
  })
}
