CREATE EXTERNAL TABLE IF NOT EXISTS alb_access_logs (
  type string, time string, elb string, client_ip string, client_port int, target_ip string, target_port int,
  request_processing_time double, target_processing_time double, response_processing_time double,
  elb_status_code int, target_status_code string, received_bytes bigint, sent_bytes bigint,
  request_verb string, request_url string, request_proto string, user_agent string,
  ssl_cipher string, ssl_protocol string, target_group_arn string, trace_id string, domain_name string,
  chosen_cert_arn string, matched_rule_priority string, request_creation_time string, actions_executed string,
  redirect_url string, lambda_error_reason string, target_port_list string, target_status_code_list string,
  classification string, classification_reason string, conn_trace_id string
)
PARTITIONED BY (day string)
ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'
WITH SERDEPROPERTIES (
  'serialization.format' = '1',
  'input.regex' = '([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*):([0-9]*) ([^ ]*)[:-]([0-9]*) ([-.0-9]*) ([-.0-9]*) ([-.0-9]*) (|[-0-9]*) (-|[-0-9]*) ([-0-9]*) ([-0-9]*) \"([^ ]*) (.*) (- |[^ ]*)\" \"([^\"]*)\" ([A-Z0-9-_]+) ([A-Za-z0-9.-]*) ([^ ]*) \"([^\"]*)\" \"([^\"]*)\" \"([^\"]*)\" ([-.0-9]*) ([^ ]*) \"([^\"]*)\" \"([^\"]*)\" \"([^ ]*)\" \"([^\\s]+?)\" \"([^\\s]+)\" \"([^ ]*)\" \"([^ ]*)\" ?([^ ]*)?'
)
LOCATION 's3://corpus/alb/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.day.type' = 'date',
  'projection.day.range' = '2025/07/01,2025/07/31',
  'projection.day.format' = 'yyyy/MM/dd',
  'projection.day.interval' = '1',
  'projection.day.interval.unit' = 'DAYS',
  'storage.location.template' = 's3://corpus/alb/${day}'
);

-- requests by verb
-- => ["3", "GET", "192.0.2.10"]
-- => ["3", "GET", "198.51.100.7"]
-- => ["2", "POST", "203.0.113.99"]
SELECT COUNT(request_verb) AS count, request_verb, client_ip
FROM alb_access_logs
GROUP BY request_verb, client_ip
ORDER BY count DESC, client_ip, request_verb
LIMIT 3;

-- which agents come with Safari
-- => ["https://shop.example.com:443/api/pay", "Safari/605"]
-- => ["https://shop.example.com:443/item/7?ref=mail&utm=x", "Safari/605"]
SELECT request_url, user_agent
FROM alb_access_logs
WHERE user_agent LIKE '%Safari%'
ORDER BY time
LIMIT 10;

-- server errors
-- => ["2025-07-04T09:10:00.000000Z", "203.0.113.99", "502", "-", ""]
-- => ["2025-07-05T10:15:31.000000Z", "203.0.113.99", "500", "500", "10.0.1.6"]
SELECT time, client_ip, elb_status_code, target_status_code, target_ip
FROM alb_access_logs
WHERE elb_status_code >= 500
ORDER BY time;

-- times of targets by path on one day, by the partition
-- => ["/api/pay", "2", "1.1", "1.5"]
-- => ["/item/7", "1", "0.05", "0.05"]
-- => ["/", "1", "0.001", "0.001"]
SELECT url_extract_path(request_url) AS path, count(*) AS requests, round(avg(target_processing_time), 4) AS avg_time, max(target_processing_time) AS max_time
FROM alb_access_logs
WHERE day = '2025/07/05' AND target_processing_time >= 0
GROUP BY 1
ORDER BY 4 DESC;

-- by hour, with parse_datetime
-- => ["2025-07-04 08:00:00.000 UTC", "3", "10400"]
-- => ["2025-07-04 09:00:00.000 UTC", "2", "1477"]
-- => ["2025-07-05 00:00:00.000 UTC", "1", "0"]
-- => ["2025-07-05 10:00:00.000 UTC", "2", "1050"]
-- => ["2025-07-05 23:00:00.000 UTC", "1", "64000"]
SELECT date_trunc('hour', parse_datetime(time, 'yyyy-MM-dd''T''HH:mm:ss.SSSSSS''Z''')) AS hour, count(*) AS requests, sum(sent_bytes) AS sent
FROM alb_access_logs
GROUP BY 1
ORDER BY 1;

-- between two times
-- => ["192.0.2.10", "250"]
-- => ["203.0.113.99", "200"]
-- => ["198.51.100.7", "90"]
SELECT client_ip, sum(received_bytes) AS received
FROM alb_access_logs
WHERE parse_datetime(time, 'yyyy-MM-dd''T''HH:mm:ss.SSSSSS''Z''')
  BETWEEN parse_datetime('2025-07-04-08:00:00', 'yyyy-MM-dd-HH:mm:ss') AND parse_datetime('2025-07-04-09:15:00', 'yyyy-MM-dd-HH:mm:ss')
GROUP BY client_ip
ORDER BY received DESC;

-- parameters of URLs
-- => [null, "shop.example.com", "443"]
-- => ["mail", "shop.example.com", "443"]
SELECT url_extract_parameter(request_url, 'ref') AS ref, url_extract_host(request_url) AS host, url_extract_port(request_url) AS port
FROM alb_access_logs
WHERE url_extract_query(request_url) <> ''
ORDER BY time;

-- share of errors
-- => ["2", "5", "55.6"]
-- => ["3", "1", "11.1"]
-- => ["4", "1", "11.1"]
-- => ["5", "2", "22.2"]
SELECT elb_status_code / 100 AS class, count(*) AS n, round(100.0 * count(*) / sum(count(*)) OVER (), 1) AS percent
FROM alb_access_logs
GROUP BY 1
ORDER BY 1;
