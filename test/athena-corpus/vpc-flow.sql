CREATE EXTERNAL TABLE IF NOT EXISTS vpc_flow_logs (
  version int, account_id string, interface_id string, srcaddr string, dstaddr string, srcport int, dstport int,
  protocol bigint, packets bigint, bytes bigint, `start` bigint, `end` bigint, action string, log_status string
)
PARTITIONED BY (`date` date)
ROW FORMAT DELIMITED
FIELDS TERMINATED BY ' '
LOCATION 's3://corpus/vpc-flow/'
TBLPROPERTIES ('skip.header.line.count' = '1');
ALTER TABLE vpc_flow_logs ADD PARTITION (`date` = '2025-07-04') LOCATION 's3://corpus/vpc-flow/2025/07/04/';
ALTER TABLE vpc_flow_logs ADD PARTITION (`date` = '2025-07-05') LOCATION 's3://corpus/vpc-flow/2025/07/05/';

-- rejected TCP connections
-- => ["5", "2025-07-04", "eni-1", "203.0.113.12", "REJECT", "6"]
-- => ["5", "2025-07-04", "eni-1", "203.0.113.12", "REJECT", "6"]
-- => ["6", "2025-07-05", "eni-1", "198.51.100.3", "REJECT", "6"]
SELECT day_of_week(date) AS day, date, interface_id, srcaddr, action, protocol
FROM vpc_flow_logs
WHERE action = 'REJECT' AND protocol = 6
ORDER BY start
LIMIT 100;

-- who receives most
-- => ["10", "10.0.0.9"]
SELECT SUM(packets) AS packetcount, dstaddr
FROM vpc_flow_logs
WHERE dstport = 443 AND date > date '2025-07-01'
GROUP BY dstaddr
ORDER BY packetcount DESC
LIMIT 10;

-- bytes by time
-- => ["2025-07-04 08:00:00.000 UTC", "1280", "2"]
-- => ["2025-07-04 09:00:00.000 UTC", "1500168", "1"]
-- => ["2025-07-05 08:00:00.000 UTC", "20000", "0"]
-- => ["2025-07-05 09:00:00.000 UTC", "340", "1"]
SELECT date_trunc('hour', from_unixtime(start)) AS hour, sum(bytes) AS bytes, count_if(action = 'REJECT') AS rejected
FROM vpc_flow_logs
GROUP BY 1
ORDER BY 1;

-- talkers inside of the network
-- => ["10.0.0.9", "10.0.0.5", "20000"]
-- => ["10.0.0.7", "10.0.0.5", "300"]
SELECT srcaddr, dstaddr, sum(bytes) AS total
FROM vpc_flow_logs
WHERE date = DATE '2025-07-05' AND contains('10.0.0.0/8', try_cast(srcaddr AS ipaddress))
GROUP BY srcaddr, dstaddr
ORDER BY total DESC;

-- ports that were tried, by address
-- => ["198.51.100.3", "[3389]", "1"]
-- => ["203.0.113.12", "[22]", "1"]
SELECT srcaddr, array_agg(DISTINCT dstport ORDER BY dstport) AS ports, approx_distinct(dstaddr) AS hosts
FROM vpc_flow_logs
WHERE action = 'REJECT' AND dstport > 0
GROUP BY srcaddr
ORDER BY srcaddr;

-- no data is NULL
-- => ["9", "8", "2"]
SELECT count(*), count(packets), count(DISTINCT log_status)
FROM vpc_flow_logs;
