{{ config(materialized='view') }}
select c.name, o.orders, date_diff('day', c.joined, date '2026-11-23') as days
from {{ ref('countries') }} c
join {{ ref('by_country') }} o on o.country = c.code
