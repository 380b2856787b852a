/** PyAthena's own tests, which only its repository has: neither its wheel nor its source archive. */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { pytest, type PythonTest } from '../python/pytest.ts'
import { CACHE, python } from '../python/venv.ts'

const REQUIREMENTS = resolve(import.meta.dirname, '../athena/requirements.txt')
const REPOSITORY = 'https://github.com/pyathena-dev/PyAthena'
const HOW_TO_GET_IT = `no tests of PyAthena: they come from ${REPOSITORY}; name a checkout in HOZON_TEST_PYATHENA where that can not be reached`

const BUCKET = 'pyathena-tests'
const SETUP = `
import boto3
boto3.client("s3").create_bucket(Bucket="${BUCKET}")
athena = boto3.client("athena")
location = {"ResultConfiguration": {"OutputLocation": "s3://${BUCKET}/work-group/"}, "EnforceWorkGroupConfiguration": False}
athena.create_work_group(Name="pyathena", Configuration=location)
athena.create_work_group(Name="pyathena-managed", Configuration={"ManagedQueryResultsConfiguration": {"Enabled": True}})
`

export async function runPyAthenaTests(env: Record<string, string>): Promise<PythonTest[]> {
  const all = {
    ...env,
    AWS_DEFAULT_REGION: env['AWS_REGION'] ?? 'us-east-1',
    AWS_ATHENA_S3_STAGING_DIR: `s3://${BUCKET}/staging/`,
    AWS_ATHENA_WORKGROUP: 'pyathena',
    AWS_ATHENA_DEFAULT_WORKGROUP: 'primary',
    AWS_ATHENA_MANAGED_WORKGROUP: 'pyathena-managed',
    AWS_CONFIG_FILE: resolve(import.meta.dirname, 'aws-config'),
    // Of Polars, where the endpoint is not HTTPS.
    AWS_ALLOW_HTTP: 'true',
    // Its tests need Spark and are left out, but all of them look at the name.
    AWS_ATHENA_SPARK_WORKGROUP: 'spark',
  }
  const checkout = await testsOfPyAthena()
  await promisify(execFile)(await python(REQUIREMENTS), ['-c', SETUP], { env: { ...process.env, ...all } })
  const left = ['tests/pyathena/spark', 'tests/pyathena/aio/spark'].map((folder) => `--ignore=${folder}`)
  return pytest({
    cwd: checkout,
    path: [import.meta.dirname],
    args: ['-p', 'hozon_plugin', ...left, 'tests/pyathena'],
    env: all,
    requirements: REQUIREMENTS,
  })
}

/** A checkout of the version that is tested. Throws with the way to get it. */
async function testsOfPyAthena(): Promise<string> {
  const given = process.env['HOZON_TEST_PYATHENA']
  if (given !== undefined && given !== '') return given
  const version = /^PyAthena==(\S+)$/m.exec(readFileSync(REQUIREMENTS, 'utf8'))?.[1]
  const folder = join(CACHE, `pyathena-${version}`)
  if (existsSync(join(folder, 'tests'))) return folder
  rmSync(folder, { recursive: true, force: true })
  try {
    const only = ['--quiet', '--depth', '1', '--branch', `v${version}`]
    await promisify(execFile)('git', ['clone', ...only, REPOSITORY, folder])
  } catch (error) {
    throw new Error(HOW_TO_GET_IT, { cause: error })
  }
  return folder
}
