CREATE EXTERNAL TABLE cloudtrail_logs (
  eventversion string,
  useridentity struct<
    type: string, principalid: string, arn: string, accountid: string, invokedby: string, accesskeyid: string, username: string,
    sessioncontext: struct<
      attributes: struct<mfaauthenticated: string, creationdate: string>,
      sessionissuer: struct<type: string, principalid: string, arn: string, accountid: string, username: string>>>,
  eventtime string, eventsource string, eventname string, awsregion string, sourceipaddress string, useragent string,
  errorcode string, errormessage string, requestparameters string, responseelements string, additionaleventdata string,
  requestid string, eventid string,
  resources array<struct<arn: string, accountid: string, type: string>>,
  eventtype string, apiversion string, readonly string, recipientaccountid string, serviceeventdetails string
)
PARTITIONED BY (`timestamp` string)
ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION 's3://corpus/cloudtrail/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.timestamp.type' = 'date',
  'projection.timestamp.format' = 'yyyy/MM/dd',
  'projection.timestamp.interval' = '1',
  'projection.timestamp.interval.unit' = 'DAYS',
  'projection.timestamp.range' = '2025/07/01,2025/07/31',
  'storage.location.template' = 's3://corpus/cloudtrail/${timestamp}'
);

-- deleted buckets
-- => ["ann", "192.0.2.10", "2025-07-04T08:10:00Z", "{\"bucketName\":\"old-logs\"}"]
SELECT useridentity.username, sourceipaddress, eventtime, requestparameters
FROM cloudtrail_logs
WHERE eventsource = 's3.amazonaws.com' AND eventname = 'DeleteBucket'
LIMIT 5;

-- what was refused, by user
-- => ["arn:aws:iam::123456789012:user/bob", "AccessDenied", "2", "[a/b.csv, c.csv]"]
SELECT useridentity.arn AS user, errorcode, count(*) AS n, array_agg(json_extract_scalar(requestparameters, '$.key') ORDER BY eventtime) AS keys
FROM cloudtrail_logs
WHERE errorcode IS NOT NULL
GROUP BY useridentity.arn, errorcode;

-- sign-ins without a second factor
-- => ["Root", "2025-07-04T08:00:00Z"]
SELECT useridentity.type, eventtime
FROM cloudtrail_logs
WHERE eventname = 'ConsoleLogin' AND useridentity.sessioncontext.attributes.mfaauthenticated = 'false';

-- resources of events
-- => ["e-3", "arn:aws:s3:::pay", "AWS::S3::Bucket"]
-- => ["e-3", "arn:aws:s3:::pay/a/b.csv", "AWS::S3::Object"]
SELECT eventid, r.arn, r.type
FROM cloudtrail_logs
CROSS JOIN UNNEST(resources) AS r(arn, accountid, type)
ORDER BY r.arn;

-- the last thing each user did
-- => ["ann", "AttachUserPolicy", "2025-07-05T10:02:00Z"]
-- => ["bob", "GetObject", "2025-07-05T10:01:00Z"]
SELECT username, eventname, eventtime FROM (
  SELECT useridentity.username AS username, eventname, eventtime,
    row_number() OVER (PARTITION BY useridentity.username ORDER BY from_iso8601_timestamp(eventtime) DESC) AS n
  FROM cloudtrail_logs)
WHERE n = 1 AND username IS NOT NULL
ORDER BY username;

-- by day and service, one partition
-- => ["2025/07/05", "iam", "2"]
-- => ["2025/07/05", "s3", "1"]
SELECT timestamp, regexp_extract(eventsource, '^([^.]+)', 1) AS service, count(*) AS n
FROM cloudtrail_logs
WHERE timestamp = '2025/07/05'
GROUP BY 1, 2
ORDER BY n DESC, service;

-- JSON inside of JSON
-- => ["ami-1", "2"]
SELECT json_extract_scalar(requestparameters, '$.instancesSet.items[0].imageId') AS image, CAST(json_extract(requestparameters, '$.instancesSet.items[0].minCount') AS integer) AS n
FROM cloudtrail_logs
WHERE eventname = 'RunInstances';
