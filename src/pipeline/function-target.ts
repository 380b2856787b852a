/** What may stand behind the ARN of a function: a module or a URL. */
const MODULE = /\.[cm]?[jt]s$/

export function isUrl(target: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(target)
}

/** What is wrong with it as a text; whether the module is there is looked up later. */
export function functionTargetProblem(target: string): string | undefined {
  if (target === '') return 'must not be empty'
  if (isUrl(target)) return urlProblem(target)
  if (target.startsWith('~')) return '~ is not expanded; write ${HOME}'
  if (target.includes('\0')) return 'is not a path'
  if (!MODULE.test(target)) return 'is neither a module (.ts, .js, .mjs, .cjs …) nor an http or https URL'
  return undefined
}

function urlProblem(target: string): string | undefined {
  if (!URL.canParse(target)) return 'is not a URL; write it as in http://127.0.0.1:9000/redact'
  const { protocol, hash } = new URL(target)
  if (!/^https?:$/.test(protocol)) return `${protocol}// is not possible; it may be http or https`
  return hash === '' ? undefined : 'has a part behind #, which no server ever sees; leave it out'
}
