import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseGlueType, printGlueType } from './glue-type.ts'

const printed = (text: string): string => {
  const parsed = parseGlueType(text)
  return 'type' in parsed ? printGlueType(parsed.type) : `${parsed.position}: ${parsed.error}`
}

test('types are read in any case and spacing, and printed as Glue does', () => {
  const simple = 'boolean tinyint smallint int bigint float double string date timestamp binary'.split(' ')
  for (const type of simple)
    assert.deepEqual([printed(type), printed(` ${type.toUpperCase()}\t`)], [type, type])
  const cases: [text: string, expected: string][] = [
    ['integer', 'int'],
    ['real', 'float'],
    ['double precision', 'double'],
    ['decimal', 'decimal(10,0)'],
    ['decimal(7)', 'decimal(7,0)'],
    ['DECIMAL ( 38 , 38 )', 'decimal(38,38)'],
    ['char(255)', 'char(255)'],
    ['varchar( 65535 )', 'varchar(65535)'],
    ['array < int >', 'array<int>'],
    ['map<string,array<struct<a:int,b:map<int,date>>>>', 'map<string,array<struct<a:int,b:map<int,date>>>>'],
    [
      'struct< A b : int, `c:d``e` : string, f-g:decimal(2,1)>',
      'struct<a b:int,`c:d``e`:string,f-g:decimal(2,1)>',
    ],
  ]
  for (const [text, expected] of cases) assert.equal(printed(text), expected)
})

test('what can not be read is refused with its position', () => {
  const cases: [text: string, expected: string][] = [
    ['', '0: a type is expected, not the end'],
    ['strin', '0: "strin" is no type'],
    ['uniontype<int>', '0: a uniontype has no place in a file'],
    ['int x', '4: nothing more is expected, not "x"'],
    ['int(3)', '0: int has no size'],
    ['varchar', '0: varchar needs a length'],
    ['varchar(65536)', '0: varchar takes 1 to 65535, not 65536'],
    ['char(0)', '0: char takes 1 to 255, not 0'],
    ['decimal(39,1)', '0: decimal takes 1 to 38, not 39'],
    ['decimal(3,4)', '0: the scale 4 is more than the precision 3'],
    ['varchar(6 5)', '0: varchar needs a length'],
    ['array<int', '9: ">" is expected, not the end'],
    ['array<>', '6: a type is expected, not ">"'],
    ['map<array<int>,int>', '4: the key of a map is a simple type'],
    ['map<int>', '7: "," is expected, not ">"'],
    ['struct<>', '7: the name of a field is expected, not ">"'],
    ['struct<a:int,A:int>', '13: field "A" is there twice'],
    ['struct<a int>', '12: ":" is expected, not ">"'],
    ['constructor', '0: "constructor" is no type'],
  ]
  for (const [text, expected] of cases) {
    assert.equal(printed(text), expected, text)
  }
  assert.match(printed('array<'.repeat(40_000)), /nest more than 32 levels/)
})

test('property: any text is read or refused, and what is printed is read as the same', () => {
  const pieces = fc.constantFrom(
    'int',
    'struct<',
    'map<',
    'array<',
    '>',
    ',',
    ':',
    'a',
    '`',
    '(',
    ')',
    '1',
    ' ',
    'decimal',
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
      const first = parseGlueType(parts.join(''))
      if ('type' in first) {
        const again = parseGlueType(printGlueType(first.type))
        assert.ok('type' in again)
        assert.equal(printGlueType(again.type), printGlueType(first.type))
      } else assert.ok(first.position >= 0 && first.position <= parts.join('').length)
    }),
    { seed: 20_261_123, numRuns: 2000 },
  )
})
