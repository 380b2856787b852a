/** Pages: every item once, whatever comes and goes between two of them. */
import { deepEqual, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openPaging, tokenOf } from './paging.ts'

describe('pages', () => {
  const { pageOf, keyIn } = openPaging({ sizeMax: 3, invalidToken: () => new Error('no token of ours') })
  const self = (item: string): string => item

  it('hold as many as are wanted, and no more than the service gives', () => {
    deepEqual(pageOf(['a', 'b', 'c'], {}, self), { items: ['a', 'b', 'c'] })
    deepEqual(pageOf(['a', 'b', 'c', 'd'], {}, self), { items: ['a', 'b', 'c'], NextToken: tokenOf('c') })
    deepEqual(pageOf(['a', 'b', 'c', 'd'], { MaxResults: 0, NextToken: tokenOf('c') }, self), {
      items: ['d'],
    })
    deepEqual(pageOf(['a', 'b'], { MaxResults: 1, NextToken: '' }, self), {
      items: ['a'],
      NextToken: tokenOf('a'),
    })
    deepEqual(pageOf([], {}, self), { items: [] })
  })

  it('go on where the item of the token was, if the list ascends, and else start over', () => {
    deepEqual(pageOf(['a', 'c'], { NextToken: tokenOf('b') }, self).items, ['c'])
    deepEqual(pageOf(['a', 'c'], { NextToken: tokenOf('d') }, self).items, [])
    deepEqual(pageOf(['3', '1'], { NextToken: tokenOf('2') }, self).items, ['3', '1'])
    deepEqual(pageOf(['3', '2', '1'], { NextToken: tokenOf('2') }, self).items, ['1'])
  })

  it('go on in whatever order the list has, where that is told', () => {
    const byLength = (a: string, b: string): number => a.length - b.length
    const page = (items: string[], last: string): string[] =>
      pageOf(items, { NextToken: tokenOf(last) }, self, byLength).items
    deepEqual(page(['z', 'xxx', 'aaaa'], 'yy'), ['xxx', 'aaaa'])
    deepEqual(page(['z', 'yy', 'xxx'], 'yy'), ['xxx'])
    deepEqual(page(['z'], 'yy'), [])
  })

  it('refuse what is no token', () => {
    for (const wrong of ['!', 'A', `${tokenOf('a')}=`, tokenOf('a').replace(/.$/, 'R'), '/w=='])
      throws(() => keyIn(wrong), /no token of ours/, wrong)
  })
})
