/** What the operations on column statistics take, as AWS's model says it. */
import type { ListShape, NumberShape, StructureShape } from '../../../aws/shape.ts'
import { DOUBLE, INTEGER, LINE, LONG, NAME, NAME_LIST, TIMESTAMP, VALUE_STRING_LIST } from './shared.ts'

const COUNT: NumberShape = { type: 'long', min: 0 }

const BOOLEAN_COLUMN_STATISTICS_DATA: StructureShape = {
  type: 'structure',
  members: { NumberOfTrues: COUNT, NumberOfFalses: COUNT, NumberOfNulls: COUNT },
  required: ['NumberOfTrues', 'NumberOfFalses', 'NumberOfNulls'],
}

const DATE_COLUMN_STATISTICS_DATA: StructureShape = {
  type: 'structure',
  members: {
    MinimumValue: TIMESTAMP,
    MaximumValue: TIMESTAMP,
    NumberOfNulls: COUNT,
    NumberOfDistinctValues: COUNT,
  },
  required: ['NumberOfNulls', 'NumberOfDistinctValues'],
}

const DECIMAL_NUMBER: StructureShape = {
  type: 'structure',
  members: { UnscaledValue: { type: 'blob' }, Scale: INTEGER },
  required: ['UnscaledValue', 'Scale'],
}

const DECIMAL_COLUMN_STATISTICS_DATA: StructureShape = {
  type: 'structure',
  members: {
    MinimumValue: DECIMAL_NUMBER,
    MaximumValue: DECIMAL_NUMBER,
    NumberOfNulls: COUNT,
    NumberOfDistinctValues: COUNT,
  },
  required: ['NumberOfNulls', 'NumberOfDistinctValues'],
}

const DOUBLE_COLUMN_STATISTICS_DATA: StructureShape = {
  type: 'structure',
  members: {
    MinimumValue: DOUBLE,
    MaximumValue: DOUBLE,
    NumberOfNulls: COUNT,
    NumberOfDistinctValues: COUNT,
  },
  required: ['NumberOfNulls', 'NumberOfDistinctValues'],
}

const LONG_COLUMN_STATISTICS_DATA: StructureShape = {
  type: 'structure',
  members: { MinimumValue: LONG, MaximumValue: LONG, NumberOfNulls: COUNT, NumberOfDistinctValues: COUNT },
  required: ['NumberOfNulls', 'NumberOfDistinctValues'],
}

/** AWS's model requires it. Trino leaves it out for a column of NULLs alone, and its CREATE TABLE AS must not fail: it is 0 then. */
const AVERAGE_LENGTH: NumberShape = { type: 'double', min: 0.0 }

const STRING_COLUMN_STATISTICS_DATA: StructureShape = {
  type: 'structure',
  members: {
    MaximumLength: COUNT,
    AverageLength: AVERAGE_LENGTH,
    NumberOfNulls: COUNT,
    NumberOfDistinctValues: COUNT,
  },
  required: ['MaximumLength', 'NumberOfNulls', 'NumberOfDistinctValues'],
}

const BINARY_COLUMN_STATISTICS_DATA: StructureShape = {
  type: 'structure',
  members: { MaximumLength: COUNT, AverageLength: AVERAGE_LENGTH, NumberOfNulls: COUNT },
  required: ['MaximumLength', 'NumberOfNulls'],
}

const COLUMN_STATISTICS_DATA: StructureShape = {
  type: 'structure',
  members: {
    Type: { type: 'string', enum: ['BOOLEAN', 'DATE', 'DECIMAL', 'DOUBLE', 'LONG', 'STRING', 'BINARY'] },
    BooleanColumnStatisticsData: BOOLEAN_COLUMN_STATISTICS_DATA,
    DateColumnStatisticsData: DATE_COLUMN_STATISTICS_DATA,
    DecimalColumnStatisticsData: DECIMAL_COLUMN_STATISTICS_DATA,
    DoubleColumnStatisticsData: DOUBLE_COLUMN_STATISTICS_DATA,
    LongColumnStatisticsData: LONG_COLUMN_STATISTICS_DATA,
    StringColumnStatisticsData: STRING_COLUMN_STATISTICS_DATA,
    BinaryColumnStatisticsData: BINARY_COLUMN_STATISTICS_DATA,
  },
  required: ['Type'],
}

const COLUMN_STATISTICS: StructureShape = {
  type: 'structure',
  members: {
    ColumnName: NAME,
    ColumnType: { type: 'string', min: 0, max: 20000, pattern: LINE },
    AnalyzedTime: TIMESTAMP,
    StatisticsData: COLUMN_STATISTICS_DATA,
  },
  required: ['ColumnName', 'ColumnType', 'AnalyzedTime', 'StatisticsData'],
}

const UPDATE_COLUMN_STATISTICS_LIST: ListShape = { type: 'list', member: COLUMN_STATISTICS, min: 0, max: 25 }

export const STATISTICS = {
  GetColumnStatisticsForTable: {
    type: 'structure',
    members: { CatalogId: NAME, DatabaseName: NAME, TableName: NAME, ColumnNames: NAME_LIST },
    required: ['DatabaseName', 'TableName', 'ColumnNames'],
  },
  UpdateColumnStatisticsForTable: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      DatabaseName: NAME,
      TableName: NAME,
      ColumnStatisticsList: UPDATE_COLUMN_STATISTICS_LIST,
    },
    required: ['DatabaseName', 'TableName', 'ColumnStatisticsList'],
  },
  DeleteColumnStatisticsForTable: {
    type: 'structure',
    members: { CatalogId: NAME, DatabaseName: NAME, TableName: NAME, ColumnName: NAME },
    required: ['DatabaseName', 'TableName', 'ColumnName'],
  },
  GetColumnStatisticsForPartition: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      DatabaseName: NAME,
      TableName: NAME,
      PartitionValues: VALUE_STRING_LIST,
      ColumnNames: NAME_LIST,
    },
    required: ['DatabaseName', 'TableName', 'PartitionValues', 'ColumnNames'],
  },
  UpdateColumnStatisticsForPartition: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      DatabaseName: NAME,
      TableName: NAME,
      PartitionValues: VALUE_STRING_LIST,
      ColumnStatisticsList: UPDATE_COLUMN_STATISTICS_LIST,
    },
    required: ['DatabaseName', 'TableName', 'PartitionValues', 'ColumnStatisticsList'],
  },
  DeleteColumnStatisticsForPartition: {
    type: 'structure',
    members: {
      CatalogId: NAME,
      DatabaseName: NAME,
      TableName: NAME,
      PartitionValues: VALUE_STRING_LIST,
      ColumnName: NAME,
    },
    required: ['DatabaseName', 'TableName', 'PartitionValues', 'ColumnName'],
  },
} satisfies Record<string, StructureShape>
