{{ config(format='textfile', field_delimiter='|', s3_data_naming='table_unique') }}
select id, note from {{ ref('orders') }}
