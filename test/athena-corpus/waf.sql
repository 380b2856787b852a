CREATE EXTERNAL TABLE waf_logs (
  `timestamp` bigint, formatversion int, webaclid string, terminatingruleid string, terminatingruletype string, action string,
  terminatingrulematchdetails array<struct<conditiontype: string, sensitivitylevel: string, location: string, matcheddata: array<string>>>,
  httpsourcename string, httpsourceid string,
  rulegrouplist array<struct<
    rulegroupid: string,
    terminatingrule: struct<ruleid: string, action: string>,
    nonterminatingmatchingrules: array<struct<ruleid: string, action: string>>,
    excludedrules: string>>,
  httprequest struct<
    clientip: string, country: string, headers: array<struct<name: string, value: string>>, uri: string, args: string,
    httpversion: string, httpmethod: string, requestid: string>,
  labels array<struct<name: string>>
)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION 's3://corpus/waf/';

-- blocked requests by address and country
-- => ["2", "203.0.113.9", "FR"]
-- => ["1", "198.51.100.7", "US"]
SELECT COUNT(*) AS count, httprequest.clientip, httprequest.country
FROM waf_logs
WHERE action = 'BLOCK'
GROUP BY httprequest.clientip, httprequest.country
ORDER BY count DESC;

-- times of requests
-- => ["2025-07-04 08:00:01.250 UTC", "BLOCK"]
-- => ["2025-07-04 08:00:02.000 UTC", "BLOCK"]
SELECT from_unixtime(timestamp / 1000e0) AS time, action
FROM waf_logs
WHERE httprequest.uri = '/login'
ORDER BY timestamp;

-- labels
-- => ["awswaf:ip:anonymous", "2"]
-- => ["awswaf:sqli", "2"]
SELECT label.name, count(*) AS n
FROM waf_logs, UNNEST(labels) AS label(name)
GROUP BY label.name
ORDER BY n DESC, 1;

-- headers
-- => ["shop.example.com", "2", "3"]
-- => ["www.example.com", "1", "2"]
WITH hosts AS (
  SELECT header.value AS host, action
  FROM waf_logs
  CROSS JOIN UNNEST(httprequest.headers) AS header(name, value)
  WHERE lower(header.name) = 'host')
SELECT host, count_if(action = 'BLOCK') AS blocked, count(*) AS total FROM hosts GROUP BY host ORDER BY host;

-- rules that only count
-- => ["NoUserAgent", "1"]
-- => ["SizeRestrictions", "1"]
SELECT r.ruleid, count(*) AS n
FROM waf_logs
CROSS JOIN UNNEST(rulegrouplist) AS g(rulegroupid, terminatingrule, nonterminatingmatchingrules, excludedrules)
CROSS JOIN UNNEST(nonterminatingmatchingrules) AS r(ruleid, action)
GROUP BY r.ruleid
ORDER BY 1;

-- who a rule of a group stopped
-- => ["1", "203.0.113.9", "SQLi_ARGS"]
-- => ["1", "203.0.113.9", "SQLi_BODY"]
SELECT count(*) AS n, httprequest.clientip, g.terminatingrule.ruleid AS rule
FROM waf_logs
CROSS JOIN UNNEST(rulegrouplist) AS g(rulegroupid, terminatingrule, nonterminatingmatchingrules, excludedrules)
WHERE g.terminatingrule.ruleid IS NOT NULL
GROUP BY 2, 3
ORDER BY rule;

-- requests in five minutes
-- => ["1.751616E9", "203.0.113.9", "2"]
SELECT to_unixtime(date_trunc('minute', from_unixtime(timestamp / 1000))) AS minute, httprequest.clientip, count(*) AS n
FROM waf_logs
GROUP BY 1, 2
HAVING count(*) > 1;
