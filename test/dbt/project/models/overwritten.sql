{{ config(materialized='incremental', incremental_strategy='insert_overwrite', partitioned_by=['day'], s3_data_naming='schema_table') }}
select id, amount, {{ env_var('SHOP_RUN', '1') }} as run, date(at) as day from {{ ref('orders') }}
{% if is_incremental() %} where date(at) >= date '2026-11-21' {% endif %}
