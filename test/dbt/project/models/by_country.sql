{{ config(partitioned_by=['country'], format='parquet', write_compression='zstd') }}
select count(*) as orders, sum(amount) as amount, max(at) as latest, country
from {{ ref('orders') }}
group by country
