/**
 * The order in which AWS lists things in an error: that of a Java HashMap of their names. It looks like chance, but is always the same,
 * so texts can be equal to AWS's. Seen in captured answers of Firehose: processors, compression formats, serializers, schemas.
 */

/** Enumerations: the plain hash in a table of 32; two in one place are in alphabetical order. */
export function byEnumHash(values: readonly string[]): string[] {
  return byBucket(values.toSorted(), (value) => javaHash(value) & 31)
}

/** Members: java.util.HashMap with its default sizes: 16 buckets, twice as many whenever three quarters are in use; two in one bucket stay in the order of the model. */
export function byMemberHash(names: readonly string[]): string[] {
  let buckets = 16
  while (names.length > buckets * 0.75) buckets *= 2
  return byBucket(names, (name) => {
    const hash = javaHash(name)
    return (hash ^ (hash >>> 16)) & (buckets - 1)
  })
}

function byBucket(names: readonly string[], bucketOf: (name: string) => number): string[] {
  return names.toSorted((a, b) => bucketOf(a) - bucketOf(b))
}

/** String.hashCode() */
function javaHash(text: string): number {
  let hash = 0
  for (let index = 0; index < text.length; index++) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0
  return hash
}
