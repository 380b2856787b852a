{% snapshot countries_history %}
{{ config(target_schema='shop_history', unique_key='code', strategy='check', check_cols=['name', 'area']) }}
select code, name, area {% if env_var('SHOP_RUN', '1') == '2' %} + if(code = 'se', 1, 0) {% endif %} as area
from {{ ref('countries') }}
{% endsnapshot %}
