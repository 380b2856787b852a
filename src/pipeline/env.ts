/**
 * `${NAME}` and `${NAME:-default}` in values; `$${` is a literal `${`. As in a shell, the default also stands in for
 * an empty variable. An undefined variable is an error: an empty path or bucket would only be noticed much later.
 */
export function substituteEnv(
  text: string,
  env: NodeJS.ProcessEnv,
): { text: string; problem: string | undefined } {
  let problem: string | undefined
  const replaced = text.replace(
    /\$\$\{|\$\{([^}]*)(\}?)/g,
    (whole, body: string | undefined, end: string) => {
      if (body === undefined) return '${'
      const match = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s.exec(body)
      if (match === null || end === '') {
        problem ??= `${whole} is not a variable; write $\${ for the characters themselves`
        return whole
      }
      const [, name, fallback] = match
      const value = env[name!]
      if (fallback !== undefined) return value === undefined || value === '' ? fallback : value
      if (value === undefined)
        problem ??= `the environment variable ${name} is not set; set it, or write \${${name}:-default}`
      return value ?? whole
    },
  )
  return { text: replaced, problem }
}
