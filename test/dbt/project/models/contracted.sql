select cast(id as integer) as id, cast(note as varchar) as name from {{ ref('orders') }}
