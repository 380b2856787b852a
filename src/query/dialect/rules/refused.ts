/** Functions of Trino that have no right counterpart here: an error instead of a wrong value. */
import { HozonError } from '../../../base/errors.ts'
import type { FunctionRules } from '../rewrite.ts'

const REFUSED =
  'soundex luhn_check crc32 bar numeric_histogram approx_set merge empty_approx_set tdigest_agg qdigest_agg value_at_quantile make_set_digest xxhash64 murmur3 spooky_hash_v2_32 spooky_hash_v2_64 hmac_md5 hmac_sha1 hmac_sha256 hmac_sha512 to_ieee754_64 from_ieee754_64 word_stem classify regress render color'.split(
    ' ',
  )

export const refusedFunctions: FunctionRules = Object.fromEntries(
  REFUSED.map((name) => [
    name,
    () => {
      throw new HozonError('HOZON_SQL_FAILED', `the function ${name} is not supported`, { op: 'translate' })
    },
  ]),
)
