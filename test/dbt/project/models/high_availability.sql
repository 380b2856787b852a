{{ config(ha=true, versions_to_keep=1, partitioned_by=['country']) }}
select id, amount, country from {{ ref('orders') }}
