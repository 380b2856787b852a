/** Runs pytest and gives what became of each test, so that each is a test of node's runner too. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { python } from './venv.ts'

export interface PythonTest {
  /** `test_operations.py::test_tags[http]`, as pytest names it. */
  id: string
  outcome: 'passed' | 'failed' | 'skipped'
  /** Why it failed or was skipped. */
  text: string
}

export interface PytestRun {
  cwd: string
  args: readonly string[]
  env: Record<string, string>
  /** Folders with plugins, beside ours. */
  path?: readonly string[]
  /** Of a suite that needs more packages than the others. */
  requirements?: string
}

/** Rejects when pytest itself could not run, with what it said. */
export async function pytest(run: PytestRun): Promise<PythonTest[]> {
  const folder = mkdtempSync(join(tmpdir(), 'hozon-pytest-'))
  const results = join(folder, 'results.jsonl')
  try {
    const args = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', '-p', 'results_plugin', ...run.args]
    const child = spawn(await python(run.requirements), args, {
      cwd: run.cwd,
      env: {
        ...process.env,
        PYTHONPATH: [import.meta.dirname, ...(run.path ?? [])].join(':'),
        PYTHONDONTWRITEBYTECODE: '1',
        HOZON_RESULTS: results,
        ...run.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
    const [code] = (await once(child, 'close')) as [number | null]
    // 0 all passed, 1 some failed; the rest means that it did not run them.
    if (code !== 0 && code !== 1) throw new Error(`pytest ended with ${code}: ${output}`)
    return readFileSync(results, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as PythonTest)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
