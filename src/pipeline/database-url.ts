/** What may stand in `catalogs`. Problems never repeat the URL: there may be a password in it. */
const PROTOCOLS = ['postgresql:', 'postgres:', 'mysql:', 'mariadb:']

export function databaseUrlProblem(url: string): string | undefined {
  if (!URL.canParse(url)) return 'is not a URL; write it as in postgresql://user:password@host:5432/database'
  const { protocol, hostname } = new URL(url)
  if (!PROTOCOLS.includes(protocol)) return `${protocol}// is not possible; it may be postgresql or mysql`
  return hostname === ''
    ? 'names no host; write it as in postgresql://user:password@host:5432/database'
    : undefined
}
