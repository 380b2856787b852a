/** Tables over the logs of AWS's services and of web servers, as people declare them for Athena. */
export const LOG_TABLES: Record<string, string> = {
  alb: String.raw`
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
PARTITIONED BY (day STRING)
ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'
WITH SERDEPROPERTIES (
  'serialization.format' = '1',
  'input.regex' =
  '([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*):([0-9]*) ([^ ]*)[:-]([0-9]*) ([-.0-9]*) ([-.0-9]*) ([-.0-9]*) (|[-0-9]*) (-|[-0-9]*) ([-0-9]*) ([-0-9]*) \"([^ ]*) (.*) (- |[^ ]*)\" \"([^\"]*)\" ([A-Z0-9-_]+) ([A-Za-z0-9.-]*) ([^ ]*) \"([^\"]*)\" \"([^\"]*)\" \"([^\"]*)\" ([-.0-9]*) ([^ ]*) \"([^\"]*)\" \"([^\"]*)\" \"([^ ]*)\" \"([^\\s]+?)\" \"([^\\s]+)\" \"([^ ]*)\" \"([^ ]*)\" ?([^ ]*)?')
LOCATION 's3://logs/AWSLogs/123456789012/elasticloadbalancing/us-east-1/'
TBLPROPERTIES (
  "projection.enabled" = "true",
  "projection.day.type" = "date",
  "projection.day.range" = "2022/01/01,NOW",
  "projection.day.format" = "yyyy/MM/dd",
  "projection.day.interval" = "1",
  "projection.day.interval.unit" = "DAYS",
  "storage.location.template" = "s3://logs/AWSLogs/123456789012/elasticloadbalancing/us-east-1/${'$'}{day}"
)`,
  vpc: `
CREATE EXTERNAL TABLE IF NOT EXISTS \`vpc_flow_logs\` (
  version int, account_id string, interface_id string, srcaddr string, dstaddr string, srcport int, dstport int,
  protocol bigint, packets bigint, bytes bigint, start bigint, \`end\` bigint, action string, log_status string,
  vpc_id string, subnet_id string, tcp_flags int, type string, pkt_srcaddr string, az_id string, \`region\` string
)
PARTITIONED BY (\`date\` date)
ROW FORMAT DELIMITED
FIELDS TERMINATED BY ' '
LOCATION 's3://logs/AWSLogs/123456789012/vpcflowlogs/us-east-1/'
TBLPROPERTIES ("skip.header.line.count"="1");`.replace(' start bigint', ' `start` bigint'),
  cloudtrail: `
CREATE EXTERNAL TABLE cloudtrail_logs(
    eventversion STRING,
    useridentity STRUCT<
        type: STRING,
        principalid: STRING,
        arn: STRING,
        accountid: STRING,
        -- of the session
        sessioncontext: STRUCT<
            attributes: STRUCT<mfaauthenticated: STRING, creationdate: STRING>,
            sessionissuer: STRUCT<type: STRING, principalId: STRING, arn: STRING, userName: STRING>,
            webIdFederationData: STRUCT<federatedProvider: STRING, attributes: map<string,string>>
        >
    >,
    eventtime STRING,
    eventsource STRING,
    requestparameters STRING,
    resources ARRAY<STRUCT<arn: STRING, accountid: STRING, type: STRING>>,
    tlsdetails struct<tlsversion:string,ciphersuite:string,clientprovidedhostheader:string>
  )
PARTITIONED BY (\`timestamp\` string)
ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION 's3://logs/AWSLogs/123456789012/CloudTrail/us-east-1'
TBLPROPERTIES (
  'projection.enabled'='true',
  'projection.timestamp.format'='yyyy/MM/dd',
  'projection.timestamp.type'='date',
  'projection.timestamp.range'='2020/01/01,NOW',
  'storage.location.template'='s3://logs/AWSLogs/123456789012/CloudTrail/us-east-1/\${timestamp}')`,
  waf: `
CREATE EXTERNAL TABLE waf_logs(
  \`timestamp\` bigint,
  formatversion int,
  webaclid string,
  action string,
  rulegrouplist array<struct<
    rulegroupid:string,
    terminatingrule:struct<ruleid:string,action:string,rulematchdetails:array<struct<conditiontype:string,location:string,matcheddata:array<string>>>>,
    nonterminatingmatchingrules:array<struct<ruleid:string,action:string>>,
    excludedrules:string>>,
  httprequest struct<clientip:string,country:string,headers:array<struct<name:string,value:string>>,uri:string,args:string>,
  labels array<struct<name:string>>,
  ja3Fingerprint string
)
PARTITIONED BY (log_time string)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION 's3://aws-waf-logs/AWSLogs/123456789012/WAFLogs/us-east-1/acl/'
TBLPROPERTIES(
  'projection.enabled' = 'true',
  'projection.log_time.type' = 'date',
  'projection.log_time.format'='yyyy/MM/dd/HH/mm',
  'projection.log_time.range'='2023/01/01/00/00,NOW',
  'projection.log_time.interval'='1',
  'projection.log_time.interval.unit'='minutes',
  'storage.location.template'='s3://aws-waf-logs/AWSLogs/123456789012/WAFLogs/us-east-1/acl/\${log_time}')`,
  cloudfront: String.raw`
CREATE EXTERNAL TABLE IF NOT EXISTS cloudfront_standard_logs (
  ${'`'}date${'`'} DATE, time STRING, x_edge_location STRING, sc_bytes BIGINT, c_ip STRING, cs_method STRING,
  cs_host STRING, cs_uri_stem STRING, sc_status INT, cs_referrer STRING, cs_user_agent STRING
)
ROW FORMAT DELIMITED
FIELDS TERMINATED BY '\t'
LOCATION 's3://logs/cloudfront/'
TBLPROPERTIES ( 'skip.header.line.count'='2' )`,
  s3: String.raw`
CREATE EXTERNAL TABLE s3_access_logs_db.mybucket_logs(
  ${'`'}bucketowner${'`'} STRING, ${'`'}bucket_name${'`'} STRING, ${'`'}requestdatetime${'`'} STRING, ${'`'}remoteip${'`'} STRING)
PARTITIONED BY (${'`'}timestamp${'`'} string)
ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'
WITH SERDEPROPERTIES ('input.regex'='([^ ]*) ([^ ]*) \\[(.*?)\\] ([^ ]*)')
STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION 's3://logs/s3-access/'`,
  elb: String.raw`
CREATE EXTERNAL TABLE IF NOT EXISTS elb_logs (
  timestamp string, elb_name string, request_ip string, request_port int, backend_ip string, backend_port int,
  request_processing_time double, elb_response_code string, url string, user_agent string)
PARTITIONED BY (year string, month string)
ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'
WITH SERDEPROPERTIES (
  'serialization.format' = '1',
  'input.regex' = '([^ ]*) ([^ ]*) ([^ ]*):([0-9]*) ([^ ]*)[:-]([0-9]*) ([-.0-9]*) (|[-0-9]*) \"[^ ]* ([^ ]*) [^\"]*\" \"([^\"]*)\"$')
LOCATION 's3://logs/AWSLogs/123456789012/elasticloadbalancing/'`,
  nginx: String.raw`
CREATE EXTERNAL TABLE nginx_access (host string, ident string, ${'`'}user${'`'} string, at string, request string, status int)
ROW FORMAT SERDE "org.apache.hadoop.hive.serde2.RegexSerDe"
WITH SERDEPROPERTIES ("input.regex" = "^(\\S+) (\\S+) (\\S+) \\[([^\\]]+)\\] \"([^\"]*)\" (\\d+).*$")
LOCATION "s3://logs/nginx/"`,
  apacheGrok: String.raw`
CREATE EXTERNAL TABLE apache_logs(
  clientip string, verb string, request string, response string, bytes string, date_now string)
ROW FORMAT SERDE 'com.amazonaws.glue.serde.GrokSerDe'
WITH SERDEPROPERTIES (
  'input.format'='^%{IPORHOST:clientip} %{USER:ident} \\[%{HTTPDATE:date_now}\\] \"(?:%{WORD:verb} %{NOTSPACE:request})\" %{NUMBER:response} %{NUMBER:bytes}$',
  'input.grokCustomPatterns'='POSTFIX_QUEUEID [0-9A-F]{7,12}\nIDENT %{USER}')
STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION 's3://logs/apache/'`,
  route53: `
CREATE EXTERNAL TABLE r53_rlogs (
  version string, account_id string, region string, vpc_id string, query_timestamp string, query_name string,
  answers array<struct<Rdata: string, Type: string, Class: string>>,
  srcids struct<instance: string, resolver_endpoint: string>)
PARTITIONED BY (vpcid string, date string)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
LOCATION 's3://logs/AWSLogs/123456789012/vpcdnsquerylogs/'
TBLPROPERTIES (
  'projection.enabled' = 'true', 'projection.vpcid.type' = 'enum', 'projection.vpcid.values' = 'vpc-1,vpc-2',
  'projection.date.type'='date', 'projection.date.range'='2023/06/26,NOW', 'projection.date.format'='yyyy/MM/dd',
  'storage.location.template'='s3://logs/AWSLogs/123456789012/vpcdnsquerylogs/\${vpcid}/\${date}/')`.replace(
    ', date string)',
    ', `date` string)',
  ),
  csv: String.raw`
CREATE EXTERNAL TABLE people (id string COMMENT 'it''s an id', name string, born string)
COMMENT 'a table of people'
ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
WITH SERDEPROPERTIES ('separatorChar' = ',', 'quoteChar' = '\"', 'escapeChar' = '\\')
STORED AS TEXTFILE
LOCATION 's3://lake/people/' TBLPROPERTIES ('classification'='csv')`,
  parquet: `
CREATE EXTERNAL TABLE lake.events (
  id bigint, price decimal(10, 2), tags map<string, array<int>>, code char(3), name varchar(20), ratio float, raw binary)
PARTITIONED BY (dt string COMMENT 'day', hour int)
CLUSTERED BY (id, code) SORTED BY (id DESC, code) INTO 16 BUCKETS
STORED AS PARQUET
LOCATION 's3://lake/events/'
TBLPROPERTIES ('parquet.compression'='SNAPPY')`,
  delimited: String.raw`
CREATE EXTERNAL TABLE every_delimiter (a array<int>, m map<string,int>)
ROW FORMAT DELIMITED FIELDS TERMINATED BY '\001' ESCAPED BY '\\' COLLECTION ITEMS TERMINATED BY '\002'
  MAP KEYS TERMINATED BY '\003' LINES TERMINATED BY '\n' NULL DEFINED AS ''
STORED AS TEXTFILE LOCATION 's3://lake/text/'`,
}
