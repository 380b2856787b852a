/**
 * Must be imported before polyglot. V8 would compile the parser's large WebAssembly functions a second time, optimized,
 * in the background: that took 700 MB for a while (Node 24), for a parser that needs a millisecond as it is.
 */
import { setFlagsFromString } from 'node:v8'

// The number of runs before a function is compiled again. (--liftoff-only would say it better, but only at start.)
setFlagsFromString('--wasm-tiering-budget=2000000000')
