/**
 * The engine's process. polyglot and DuckDB are loaded here and nowhere else: a query that ends this process ends no
 * other. It runs one query at a time; the parent interrupts and, when that does not help, kills.
 */
import './wasm-flags.ts'
import { serveCalls } from '../../sys/rpc.ts'
import { realClock } from '../../sys/real-clock.ts'
import { parseTrino } from '../dialect/polyglot.ts'
import { analyze, compileComputed } from './compile.ts'
import { computeConstants } from './compute-constants.ts'
import { engineError } from './engine-errors.ts'
import { openEngine, type Engine } from './instance.ts'
import type {
  AnalyzeRequest,
  AnswerRequest,
  CompileRequest,
  ExplainRequest,
  Limits,
  RunRequest,
} from './protocol.ts'
import { answerQuery, explainQuery, runQuery } from './run-query.ts'
import { interruptQuery } from './row-stream.ts'
import type { WriteRequest } from './write/protocol.ts'
import { writeQuery } from './write/write-query.ts'

/** An instance takes longer to make than most queries to run: of statements that follow each other, none waits for its own. */
const SPARES_MAX = 2
const spares: Promise<Engine>[] = [openSpare()]
let running: Engine | undefined
/** Of the query before. */
let closing: Promise<void> = Promise.resolve()

// The parser's WebAssembly compiles on first use (80 ms): better now than in the first query.
parseTrino('SELECT 1')

/** Each query gets an instance of its own, which ends with it. */
async function withEngine<T>(use: (engine: Engine) => Promise<T>): Promise<T> {
  await closing
  const engine = await (spares.shift() ?? openEngine())
  running = engine
  try {
    return await use(engine)
  } catch (error) {
    throw engineError(error)
  } finally {
    running = undefined
    // Behind the answer, which is on its way by then: it takes as long as a short query.
    closing = afterAnswer().then(() => {
      engine.close()
      while (spares.length < SPARES_MAX) spares.push(openSpare(engine.limits))
    })
  }
}

function afterAnswer(): Promise<void> {
  return realClock.sleep(0)
}

/** A failure is thrown again by the next query, which awaits it. */
function openSpare(limits?: Limits): Promise<Engine> {
  const spare = openEngine(limits)
  spare.catch(() => {})
  return spare
}

serveCalls({
  analyze: async (request: AnalyzeRequest) => analyze(request),
  compile: (request: CompileRequest) =>
    compileComputed(request, realClock.now(), (expressions, nowMs) =>
      withEngine((engine) => computeConstants(engine, expressions, nowMs)),
    ),
  run: (request: RunRequest) => withEngine((engine) => runQuery(engine, request)),
  answer: (request: AnswerRequest) => withEngine((engine) => answerQuery(engine, request)),
  explain: (request: ExplainRequest) => withEngine((engine) => explainQuery(engine, request)),
  write: (request: WriteRequest) => withEngine((engine) => writeQuery(engine, request)),
  /** When nothing of the last query is left. */
  settle: () => closing,
  interrupt: async () => {
    if (running !== undefined) interruptQuery(running.connection)
  },
})
