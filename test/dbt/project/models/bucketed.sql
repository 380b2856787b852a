{{ config(bucketed_by=['id'], bucket_count=2, s3_data_naming='schema_table') }}
select id, note, amount from {{ ref('orders') }}
