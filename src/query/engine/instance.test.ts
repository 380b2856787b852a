/** The second fence: the gate lets no query name a file, and if it did, the engine would open none but these. */
import { match, rejects } from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { lockEngine, openEngine } from './instance.ts'

const LIMITS = {
  memoryMiB: 64,
  threads: 1,
  spillDirectory: '',
  spillMiB: 0,
  rowsMax: 1,
  resultBytesMax: 1000,
}
const numbered = (count: number, name: (number: number) => string): string[] =>
  Array.from({ length: count }, (_, number) => name(number))

describe('a locked engine', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hozon-instance-'))
    for (const path of ['lake/a', 'lake/b', 'lake/deep/er/c', 'elsewhere/d', 'e']) {
      await mkdir(join(folder, path, '..'), { recursive: true })
      await writeFile(join(folder, path), path)
    }
  })
  after(() => rm(folder, { recursive: true }))

  const CASES: [string, { files: (folder: string) => string[]; may: string[]; mayNot: string[] }][] = [
    [
      'of one file',
      { files: (at) => [`${at}/lake/a`], may: ['lake/a'], mayNot: ['lake/b', 'elsewhere/d', 'e'] },
    ],
    [
      'of many files in a folder',
      {
        files: (at) => numbered(50, (number) => `${at}/lake/${number}`),
        may: ['lake/a', 'lake/b'],
        mayNot: ['elsewhere/d', 'e'],
      },
    ],
    [
      'of more folders than can be named',
      {
        files: (at) => [
          ...numbered(2000, (number) => `${at}/lake/deep/${number}/x/y/z/file`),
          `${at}/lake/top/file`,
        ],
        may: ['lake/deep/er/c'],
        mayNot: ['elsewhere/d', 'e'],
      },
    ],
  ]
  for (const [name, { files, may, mayNot }] of CASES)
    test(`${name} reads no other place, and can not be opened again`, async () => {
      const engine = await openEngine()
      try {
        await lockEngine(engine, files(folder), LIMITS)
        const read = async (path: string): Promise<string> => {
          const found = await engine.connection.runAndReadAll(
            `SELECT content FROM read_text('${folder}/${path}')`,
          )
          return String(found.getRows()[0]?.[0])
        }
        for (const path of may) match(await read(path), new RegExp(`^${path}$`))
        for (const path of mayNot) await rejects(read(path), /Permission Error/)
        await rejects(
          engine.connection.run('SET enable_external_access = true'),
          /configuration has been locked/,
        )
        await rejects(engine.connection.run(`COPY (SELECT 1) TO '${folder}/out'`), /Permission Error/)
      } finally {
        engine.close()
      }
    })

  test('has the limits of its query, whatever it was opened with', async () => {
    const engine = await openEngine({
      ...LIMITS,
      memoryMiB: 100,
      spillDirectory: join(folder, 'spill'),
      spillMiB: 7,
    })
    try {
      await lockEngine(engine, [], { ...LIMITS, threads: 2 })
      const found = await engine.connection.runAndReadAll(
        `SELECT concat_ws(' ', current_setting('memory_limit'), current_setting('threads'), current_setting('temp_directory'))`,
      )
      match(String(found.getRows()[0]?.[0]), /^64.0 MiB 2 $/)
    } finally {
      engine.close()
    }
  })
})
