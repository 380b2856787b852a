import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assert as property, property as forAll, string } from 'fast-check'
import { childText, childrenOf, readXml, writeXml } from './xml.ts'

test('what was written is read', () => {
  const document = writeXml('Root', {
    Text: `a<b>&"'\r\n\t ü 🙂`,
    Number: 5,
    Empty: '',
    Left: undefined,
    Many: [{ Key: '1' }, { Key: '2' }],
    Deep: { Deeper: { Deepest: 'x' } },
  })
  assert.match(document, /^<\?xml version="1.0" encoding="UTF-8"\?>\n<Root xmlns="http:\/\/s3.amazonaws.com/)
  const root = readXml(document)
  assert.equal(childText(root, 'Text'), `a<b>&"'\r\n\t ü 🙂`)
  assert.equal(childText(root, 'Number'), '5')
  assert.equal(childText(root, 'Empty'), '')
  assert.equal(childText(root, 'Left'), undefined)
  assert.deepEqual(
    childrenOf(root, 'Many').map((one) => childText(one, 'Key')),
    ['1', '2'],
  )
})

test('any text comes back (property)', () => {
  property(
    forAll(string({ unit: 'binary' }), (text) => {
      assert.equal(childText(readXml(writeXml('R', { T: text })), 'T'), text)
    }),
    { seed: 20_261_123, numRuns: 200 },
  )
})

test('prefixes, attributes, comments, CDATA and references', () => {
  const root = readXml(
    `\ufeff<?xml version='1.0'?><!-- a --><s3:Delete xmlns:s3="x" a = 'b'>
      <s3:Key>a&#65;&#x42;<![CDATA[<&>]]><!-- no --> c</s3:Key ><Empty a="1"/></s3:Delete>
    `,
  )
  assert.equal(root.name, 'Delete')
  assert.equal(childText(root, 'Key'), 'aAB<&> c')
  assert.equal(childText(root, 'Empty'), '')
})

test('what is not well-formed, and what could expand or run deep', () => {
  for (const text of [
    '',
    'x',
    '<a>',
    '<a></b>',
    '<a/><b/>',
    '<a>&unknown;</a>',
    '<a>& b</a>',
    '<a>&__proto__;</a>',
    '<a b=c/>',
    '<a><b></a></b>',
    '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    '<a><!DOCTYPE b></a>',
    `${'<a>'.repeat(50)}${'</a>'.repeat(50)}`,
    '<a>&#x110000;</a>',
  ])
    assert.throws(() => readXml(text), { name: 'MalformedXML', status: 400 }, text.slice(0, 40))
})

test('members that begin with @ are attributes', () => {
  const written = writeXml('A', { B: { '@x:y': '"<', C: 1 }, D: { '@e': '' } }, { namespace: '' })
  assert.match(written, /<A><B x:y="&quot;&lt;"><C>1<\/C><\/B><D e=""\/><\/A>$/)
})
