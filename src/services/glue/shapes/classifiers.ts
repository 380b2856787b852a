/** What the operations on classifiers take, as AWS's model says it. */
import type { StringShape, StructureShape } from '../../../aws/shape.ts'
import { BOOLEAN, LINES, NAME, NAMES, PAGE_SIZE, TEXT } from './shared.ts'

const GROK_PATTERN: StringShape = {
  type: 'string',
  min: 1,
  max: 2048,
  pattern: '[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\t]*',
}

const CUSTOM_PATTERNS: StringShape = { type: 'string', min: 0, max: 16000, pattern: LINES }

const CREATE_GROK_CLASSIFIER_REQUEST: StructureShape = {
  type: 'structure',
  members: { Classification: TEXT, Name: NAME, GrokPattern: GROK_PATTERN, CustomPatterns: CUSTOM_PATTERNS },
  required: ['Classification', 'Name', 'GrokPattern'],
}

const CREATE_XML_CLASSIFIER_REQUEST: StructureShape = {
  type: 'structure',
  members: { Classification: TEXT, Name: NAME, RowTag: TEXT },
  required: ['Classification', 'Name'],
}

const CREATE_JSON_CLASSIFIER_REQUEST: StructureShape = {
  type: 'structure',
  members: { Name: NAME, JsonPath: TEXT },
  required: ['Name', 'JsonPath'],
}

const CSV_QUOTE_SYMBOL: StringShape = { type: 'string', min: 1, max: 1, pattern: '[^\\r\\n]' }

const CSV_HEADER_OPTION: StringShape = { type: 'string', enum: ['UNKNOWN', 'PRESENT', 'ABSENT'] }

const CSV_SERDE_OPTION: StringShape = { type: 'string', enum: ['OpenCSVSerDe', 'LazySimpleSerDe', 'None'] }

const CREATE_CSV_CLASSIFIER_REQUEST: StructureShape = {
  type: 'structure',
  members: {
    Name: NAME,
    Delimiter: CSV_QUOTE_SYMBOL,
    QuoteSymbol: CSV_QUOTE_SYMBOL,
    ContainsHeader: CSV_HEADER_OPTION,
    Header: NAMES,
    DisableValueTrimming: BOOLEAN,
    AllowSingleColumn: BOOLEAN,
    CustomDatatypeConfigured: BOOLEAN,
    CustomDatatypes: NAMES,
    Serde: CSV_SERDE_OPTION,
  },
  required: ['Name'],
}

const UPDATE_GROK_CLASSIFIER_REQUEST: StructureShape = {
  type: 'structure',
  members: { Name: NAME, Classification: TEXT, GrokPattern: GROK_PATTERN, CustomPatterns: CUSTOM_PATTERNS },
  required: ['Name'],
}

const UPDATE_XML_CLASSIFIER_REQUEST: StructureShape = {
  type: 'structure',
  members: { Name: NAME, Classification: TEXT, RowTag: TEXT },
  required: ['Name'],
}

const UPDATE_JSON_CLASSIFIER_REQUEST: StructureShape = {
  type: 'structure',
  members: { Name: NAME, JsonPath: TEXT },
  required: ['Name'],
}

const UPDATE_CSV_CLASSIFIER_REQUEST: StructureShape = {
  type: 'structure',
  members: {
    Name: NAME,
    Delimiter: CSV_QUOTE_SYMBOL,
    QuoteSymbol: CSV_QUOTE_SYMBOL,
    ContainsHeader: CSV_HEADER_OPTION,
    Header: NAMES,
    DisableValueTrimming: BOOLEAN,
    AllowSingleColumn: BOOLEAN,
    CustomDatatypeConfigured: BOOLEAN,
    CustomDatatypes: NAMES,
    Serde: CSV_SERDE_OPTION,
  },
  required: ['Name'],
}

export const CLASSIFIERS = {
  CreateClassifier: {
    type: 'structure',
    members: {
      GrokClassifier: CREATE_GROK_CLASSIFIER_REQUEST,
      XMLClassifier: CREATE_XML_CLASSIFIER_REQUEST,
      JsonClassifier: CREATE_JSON_CLASSIFIER_REQUEST,
      CsvClassifier: CREATE_CSV_CLASSIFIER_REQUEST,
    },
  },
  GetClassifier: { type: 'structure', members: { Name: NAME }, required: ['Name'] },
  GetClassifiers: { type: 'structure', members: { MaxResults: PAGE_SIZE, NextToken: TEXT } },
  UpdateClassifier: {
    type: 'structure',
    members: {
      GrokClassifier: UPDATE_GROK_CLASSIFIER_REQUEST,
      XMLClassifier: UPDATE_XML_CLASSIFIER_REQUEST,
      JsonClassifier: UPDATE_JSON_CLASSIFIER_REQUEST,
      CsvClassifier: UPDATE_CSV_CLASSIFIER_REQUEST,
    },
  },
  DeleteClassifier: { type: 'structure', members: { Name: NAME }, required: ['Name'] },
} satisfies Record<string, StructureShape>
