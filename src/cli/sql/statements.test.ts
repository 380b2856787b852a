import assert from 'node:assert/strict'
import { test } from 'node:test'
import { completeSql } from './completion.ts'
import { isInsideQuote, splitStatements } from './statements.ts'

test('splitStatements', () => {
  const gives = (text: string, statements: string[], rest: string): void =>
    assert.deepEqual(splitStatements(text), { statements, rest })
  gives('', [], '')
  gives('SELECT 1', [], 'SELECT 1')
  gives('SELECT 1;', ['SELECT 1'], '')
  gives('a;b; c', ['a', 'b'], ' c')
  gives(';;', [], '')
  gives("SELECT ';''; '; x", ["SELECT ';''; '"], ' x')
  gives('SELECT ";"; x', ['SELECT ";"'], ' x')
  gives('a -- ;\n; b', ['a -- ;\n'], ' b')
  gives('a /* ; */; b', ['a /* ; */'], ' b')
})

test('a quote that is still open keeps its semicolon', () => {
  assert.equal(isInsideQuote("SELECT 'a"), true)
  assert.equal(isInsideQuote("SELECT 'a'"), false)
  assert.equal(isInsideQuote("SELECT 'it''s"), true)
  assert.equal(isInsideQuote('SELECT /* x'), true)
})

test('completion of keywords, tables and columns', () => {
  const names = ['logs', 'web_access', 'status']
  const hits = (line: string): string[] => completeSql(line, names)[0]
  assert.deepEqual(hits('SELECT * FROM we'), ['web_access'])
  assert.deepEqual(hits('SELECT * FROM logs.we'), ['web_access'])
  assert.deepEqual(hits('SEL'), ['SELECT'])
  assert.deepEqual(hits('sel'), ['select'])
  assert.deepEqual(hits("WHERE x = 'we"), [])
  assert.deepEqual(hits('SELECT '), [])
  assert.deepEqual(completeSql('FROM logs.st', names), [['status'], 'st'])
})
