/** What S3 has against a bucket name, or undefined. The same rules hold for folders of the embedded store. */
export function bucketNameProblem(name: string): string | undefined {
  if (name.length < 3 || name.length > 63) return 'a bucket name has 3 to 63 characters'
  if (/[A-Z]/.test(name)) return `a bucket name is lower case; write ${name.toLowerCase()}`
  if (!/^[a-z0-9.-]+$/.test(name)) return 'a bucket name has lower-case letters, digits, - and . only'
  if (!/^[a-z0-9].*[a-z0-9]$/.test(name)) return 'a bucket name begins and ends with a letter or digit'
  if (name.includes('..')) return 'a bucket name has no two dots in a row'
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return 'a bucket name is not an IP address'
  const reserved = ['xn--', 'sthree-', 'amzn-s3-demo-'].find((start) => name.startsWith(start))
  if (reserved !== undefined) return `bucket names that begin with ${reserved} are reserved`
  const suffix = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'].find((end) => name.endsWith(end))
  return suffix === undefined ? undefined : `bucket names that end in ${suffix} are reserved`
}
