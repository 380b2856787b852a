CREATE EXTERNAL TABLE IF NOT EXISTS cloudfront_logs (
  `date` date, time string, location string, bytes bigint, request_ip string, method string, host string, uri string,
  status int, referrer string, user_agent string, query_string string
)
ROW FORMAT DELIMITED
FIELDS TERMINATED BY '\t'
LOCATION 's3://corpus/cloudfront/'
TBLPROPERTIES ('skip.header.line.count' = '2');

-- bytes in some days
-- => ["1047319"]
SELECT SUM(bytes) AS total_bytes
FROM cloudfront_logs
WHERE date BETWEEN DATE '2025-07-04' AND DATE '2025-07-04'
LIMIT 100;

-- edges
-- => ["FRA", "2", "1022"]
-- => ["NRT", "2", "96"]
-- => ["IAD", "1", "0"]
SELECT substr(location, 1, 3) AS airport, count(*) AS n, sum(bytes) / 1024 AS kib
FROM cloudfront_logs
GROUP BY 1
ORDER BY kib DESC;

-- without duplicates
-- => ["192.0.2.10", "GET"]
-- => ["2001:db8::5", "GET"]
-- => ["203.0.113.1", "GET"]
-- => ["203.0.113.1", "HEAD"]
SELECT DISTINCT request_ip, method FROM cloudfront_logs ORDER BY request_ip, method;

-- date and time together, agents decoded
-- => ["2025-07-05 12:30:00.000", "Safari"]
-- => ["2025-07-04 08:00:05.000", "Mozilla/5.0 (X11)"]
-- => ["2025-07-04 08:00:00.000", "Mozilla/5.0 (X11)"]
SELECT date_parse(cast(date AS varchar) || ' ' || time, '%Y-%m-%d %H:%i:%s') AS at, url_decode(user_agent) AS agent
FROM cloudfront_logs
WHERE status IN (200, 304)
ORDER BY at DESC;

-- rates of hits by day
-- => ["2025-07-04", "66.7", "Fri 4 Jul"]
-- => ["2025-07-05", "100.0", "Sat 5 Jul"]
SELECT date, round(100.0 * count_if(status < 400) / count(*), 2) AS percent, format_datetime(max(date), 'EEE d MMM') AS day
FROM cloudfront_logs
GROUP BY date
ORDER BY date;

-- parameters as a map
-- => ["/a%20b.txt", "2"]
SELECT uri, split_to_map(query_string, '&', '=')['y'] AS y
FROM cloudfront_logs
WHERE query_string LIKE '%y=%';
