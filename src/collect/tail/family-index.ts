/** Things found by the family of their file's name: `app.log`, `app.log.1` and `app.log.2.gz` are of one. */
import { basename } from 'node:path'
import { currentNamesOf } from './rotated-name.ts'

export class FamilyIndex<Member> {
  readonly #members = new Map<string, Set<Member>>()

  add(path: string, member: Member): void {
    for (const name of familyOf(path)) {
      const members = this.#members.get(name)
      if (members === undefined) this.#members.set(name, new Set([member]))
      else members.add(member)
    }
  }

  remove(path: string, member: Member): void {
    for (const name of familyOf(path)) {
      const members = this.#members.get(name)
      members?.delete(member)
      if (members?.size === 0) this.#members.delete(name)
    }
  }

  of(path: string): Member[] {
    const found = new Set<Member>()
    for (const name of familyOf(path)) for (const member of this.#members.get(name) ?? []) found.add(member)
    return [...found]
  }
}

/** Base names only, since a rotation may move files to another directory. */
function familyOf(path: string): Set<string> {
  const name = basename(path)
  return new Set([name, ...currentNamesOf(name)])
}
