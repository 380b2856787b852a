{{ config(format='json', s3_data_naming='table') }}
select id, array[id, id + 1] as pair, map(array['k'], array[note]) as about from {{ ref('orders') }}
