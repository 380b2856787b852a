/**
 * A user's jq program inside of ours, which gives exactly one line for each record, numbered, whatever the program does:
 * the numbers are what binds results to records. A program that only compiles in pieces (`.a) | (.b`) is refused by
 * compiling it alone first; the two newlines behind it end a comment in its last line, also one that ends in `\`.
 *
 * AWS names jq 1.6, this is 1.8.2. Where they differ in what log records have, the definitions below do what 1.6 does
 * (and numbers reach the program as 1.6 reads them: query.ts). What 1.8 has more, an `if` without `else` for
 * instance, is accepted.
 */
import { createJqEngine, type JqEngine } from './jq-engine.ts'

/** Reading other records, the environment or modules, ending jq, or writing beside the result. */
const REFUSED = [
  'input',
  'inputs',
  'env',
  'halt',
  'halt_error',
  'halt_error($x)',
  'input_filename',
  'modulemeta',
  'get_search_list',
]

const AS_IN_1_6 = [
  'def ltrimstr($x): if type == "string" and ($x | type) == "string" and startswith($x) then .[($x | length):] else . end;',
  'def rtrimstr($x): if type == "string" and ($x | type) == "string" and ($x | length) > 0 and endswith($x) then .[:-($x | length)] else . end;',
  'def __tonumber: tonumber;',
  'def tonumber: if type == "string" then trim | __tonumber else __tonumber end;',
]

const QUIET = ['def debug: .;', 'def debug(f): .;', 'def stderr: .;', 'def input_line_number: 0;']

/** Of all keys of a record, as JSON; an evaluated prefix has 512 characters. */
const RESULT_BYTES_MAX = 8192

/** Input lines are [number, record]; output lines [number, the results (two at most)] or [number, null, the error]. */
export function wrapProgram(program: string, nowMs: number): string {
  const refused = REFUSED.map((name) => `def ${name}: error("${name.split('(')[0]} is not available");`)
  return [
    ...refused,
    ...QUIET,
    ...AS_IN_1_6,
    // A repeat after a crash must give the same keys.
    `def now: ${nowMs / 1000};`,
    '.[0] as $__number | .[1] | {} as $ENV | try [$__number, [limit(2; (',
    program,
    '',
    `))]] catch [$__number, null, (if type == "string" then . else tojson end)]`,
    // The results of thousands of records are in memory together, and no prefix has room for more.
    `| if (tojson | utf8bytelength) > ${RESULT_BYTES_MAX} then [$__number, null, "The result is too large"] else . end`,
  ].join('\n')
}

/** Compiling takes milliseconds, loading jq some ten more. */
const CHECK_MS_MAX = 5000

/**
 * What is wrong with a program, for CreateDeliveryStream; undefined: nothing. jq is loaded for it and dropped again. It
 * holds the thread for about 30 ms, and CHECK_MS_MAX at most.
 */
export async function partitionQueryProblem(program: string): Promise<string | undefined> {
  const engine = createJqEngine()
  // A program that only makes sense alone can break out of the wrapper; one that needs modules only compiles alone.
  return (await compileProblem(engine, program)) ?? (await compileProblem(engine, wrapProgram(program, 0)))
}

async function compileProblem(engine: JqEngine, program: string): Promise<string | undefined> {
  const run = await engine.run('', program, CHECK_MS_MAX)
  if (run.kind !== 'ended') return 'the program can not be compiled'
  if (run.exitCode === 0) return undefined
  return run.stderr.split('\n')[0]?.replace(/^jq: error: /, '') ?? 'the program can not be compiled'
}
