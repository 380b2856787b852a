{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='append_new_columns') }}
select id, note {% if env_var('SHOP_RUN', '1') == '2' %}, amount {% endif %} from {{ ref('orders') }}
{% if is_incremental() %} where id > 2 {% endif %}
