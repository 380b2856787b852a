/** Column types of the catalog as DuckDB and as Glue spell them. */
export {
  AS_THE_FILE_SAYS,
  quoteName as quoted,
  quoteText as quotedText,
  sqlType as duckDbType,
} from '../../format/json-columns.ts'
export { printGlueType as hiveType } from '../../format/serde/glue-type.ts'
