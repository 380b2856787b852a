/** The expressions of AWS's documentation for the logs of its services, against lines as the services write them. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createTextSerde, type SerdeName } from './file-format.ts'
import { parseGlueType } from './glue-type.ts'

interface Log {
  name: string
  serde?: SerdeName
  columns: string
  parameters: Record<string, string>
  line: string
  row: Record<string, unknown>
}

const LOGS: Log[] = [
  {
    name: 'Application Load Balancer',
    columns:
      'type time elb client_ip client_port:int target_ip target_port:int request_processing_time:double target_processing_time:double ' +
      'response_processing_time:double elb_status_code:int target_status_code received_bytes:bigint sent_bytes:bigint request_verb request_url ' +
      'request_proto user_agent ssl_cipher ssl_protocol target_group_arn trace_id domain_name chosen_cert_arn matched_rule_priority ' +
      'request_creation_time actions_executed redirect_url lambda_error_reason target_port_list target_status_code_list classification ' +
      'classification_reason conn_trace_id',
    parameters: {
      'serialization.format': '1',
      'input.regex':
        String.raw`([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*):([0-9]*) ([^ ]*)[:-]([0-9]*) ([-.0-9]*) ([-.0-9]*) ([-.0-9]*) (|[-0-9]*) (-|[-0-9]*) ([-0-9]*) ([-0-9]*) \"([^ ]*) (.*) (- |[^ ]*)\" \"([^\"]*)\" ([A-Z0-9-_]+) ([A-Za-z0-9.-]*) ([^ ]*) \"([^\"]*)\" \"([^\"]*)\" \"([^\"]*)\" ([-.0-9]*) ([^ ]*) \"([^\"]*)\" \"([^\"]*)\" \"([^ ]*)\" \"([^\s]+?)\" \"([^\s]+)\" \"([^ ]*)\" \"([^ ]*)\" ?([^ ]*)?`,
    },
    line: 'https 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 0.086 0.048 -1 200 200 0 57 "GET https://www.example.com:443/a b HTTP/1.1" "curl/7.46.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067 "Root=1-58337281-1d84f3d73c47ec4e58577259" "www.example.com" "arn:aws:acm:us-east-2:123456789012:certificate/12345678-1234-1234-1234-123456789012" 1 2018-07-02T22:22:48.364000Z "authenticate,forward" "-" "-" "10.0.0.1:80" "200" "-" "-" TID_123456',
    row: {
      client_ip: '192.168.131.39', client_port: 2817, target_ip: '10.0.0.1', target_port: 80, response_processing_time: -1,
      elb_status_code: 200, sent_bytes: 57, request_verb: 'GET', request_url: 'https://www.example.com:443/a b', request_proto: 'HTTP/1.1',
      ssl_cipher: 'ECDHE-RSA-AES128-GCM-SHA256', actions_executed: 'authenticate,forward', target_port_list: '10.0.0.1:80', conn_trace_id: 'TID_123456',
    },
  },
  {
    name: 'Classic Load Balancer',
    columns:
      'timestamp elb_name request_ip request_port:int backend_ip backend_port:int request_processing_time:double backend_processing_time:double ' +
      'client_response_time:double elb_response_code backend_response_code received_bytes:bigint sent_bytes:bigint request_verb url protocol ' +
      'user_agent ssl_cipher ssl_protocol',
    parameters: {
      'input.regex':
        String.raw`([^ ]*) ([^ ]*) ([^ ]*):([0-9]*) ([^ ]*)[:-]([0-9]*) ([-.0-9]*) ([-.0-9]*) ([-.0-9]*) (|[-0-9]*) (-|[-0-9]*) ([-0-9]*) ([-0-9]*) \"([^ ]*) ([^ ]*) (- |[^ ]*)\" (\"[^\"]*\") ([A-Z0-9-]+) ([A-Za-z0-9.-]*)$`,
    },
    line: '2015-05-13T23:39:43.945958Z my-loadbalancer 192.168.131.39:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.38.0" - -',
    row: { request_port: 2817, backend_processing_time: 0.001048, sent_bytes: 29, url: 'http://www.example.com:80/', user_agent: '"curl/7.38.0"', ssl_protocol: '-' },
  },
  {
    name: 'S3 server access',
    columns:
      'bucketowner bucket_name requestdatetime remoteip requester requestid operation key request_uri httpstatus errorcode bytessent:bigint ' +
      'objectsize:bigint totaltime turnaroundtime referrer useragent versionid hostid sigv ciphersuite authtype endpoint tlsversion',
    parameters: {
      'input.regex':
        String.raw`([^ ]*) ([^ ]*) \[(.*?)\] ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ("[^"]*"|-) (-|[0-9]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ("[^"]*"|-) ([^ ]*)(?: ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*))?.*$`,
    },
    line: '79a59df900b949e5 amzn-s3-demo-bucket [06/Feb/2019:00:00:38 +0000] 192.0.2.3 79a59df900b949e5 3E57427F3EXAMPLE REST.GET.VERSIONING - "GET /amzn-s3-demo-bucket?versioning HTTP/1.1" 200 - 113 - 7 - "-" "S3Console/0.4" - s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader s3.us-west-1.amazonaws.com TLSV1.2',
    row: { bucket_name: 'amzn-s3-demo-bucket', requestdatetime: '06/Feb/2019:00:00:38 +0000', httpstatus: '200', bytessent: 113, objectsize: undefined, useragent: '"S3Console/0.4"', tlsversion: 'TLSV1.2' },
  },
  {
    name: 'CloudFront, by position',
    serde: 'lazy-simple',
    columns: 'date:date time location bytes:bigint request_ip method host uri status:int',
    parameters: { 'field.delim': '\t' },
    line: '2019-12-04\t21:02:31\tLAX1\t392\t192.0.2.100\tGET\td111111abcdef8.cloudfront.net\t/index.html\t200\t-',
    row: { date: '2019-12-04', bytes: 392, uri: '/index.html', status: 200 },
  },
  {
    name: 'CloudFront, by an expression that leaves comments out',
    columns: 'date time location',
    parameters: { 'input.regex': String.raw`^(?!#)([^ ]+)\s+([^ ]+)\s+([^ ]+).*$` },
    line: '#Version: 1.0 x y',
    row: { date: undefined },
  },
  {
    name: 'VPC flow logs',
    serde: 'lazy-simple',
    columns: 'version:int account_id interface_id srcaddr dstaddr srcport:int dstport:int protocol:bigint packets:bigint bytes:bigint start:bigint end:bigint action log_status',
    parameters: { 'field.delim': ' ' },
    line: '2 123456789010 eni-1235b8ca123456789 - - - - - - - 1431280876 1431280934 - NODATA',
    row: { version: 2, account_id: '123456789010', srcaddr: '-', srcport: undefined, start: 1431280876, log_status: 'NODATA' },
  },
  {
    name: 'Apache, by an expression',
    columns: 'client_ip client_id user_id request_received_time client_request server_status returned_obj_size',
    parameters: { 'input.regex': String.raw`^([^ ]*) ([^ ]*) ([^ ]*) \[([^\]]*)\] "([^\"]*)" ([^ ]*) ([^ ]*).*$` },
    line: '198.51.100.7 - Li [10/Oct/2019:13:55:36 -0700] "GET /logo.gif HTTP/1.0" 200 232',
    row: { user_id: 'Li', client_request: 'GET /logo.gif HTTP/1.0', returned_obj_size: '232' },
  },
  {
    name: 'WAF',
    serde: 'openx-json',
    columns: 'timestamp:bigint action httprequest:struct<clientip:string,headers:array<struct<name:string,value:string>>> labels:array<struct<name:string>>',
    parameters: {},
    line: '{"timestamp":1576280412771,"action":"BLOCK","httpRequest":{"clientIp":"1.1.1.1","headers":[{"name":"Host","value":"h"}]},"labels":null}',
    row: { timestamp: 1576280412771, action: 'BLOCK', httprequest: { clientip: '1.1.1.1', headers: [{ name: 'Host', value: 'h' }] }, labels: undefined },
  },
] // prettier-ignore

for (const { name, serde = 'regex', columns, parameters, line, row } of LOGS) {
  it(name, () => {
    const declared = columns.split(' ').map((word) => {
      const [key = '', ...type] = word.split(':')
      const parsed = parseGlueType(type.length === 0 ? 'string' : type.join(':'))
      assert.ok('type' in parsed)
      return { name: key, key, type: parsed.type }
    })
    const format = { serde, records: 'line', parameters, skipHeaderLines: 0, skipFooterLines: 0 } as const
    const read = JSON.parse(createTextSerde(format, declared).rows(line)) as Record<string, unknown>
    for (const [key, value] of Object.entries(row)) assert.deepEqual(read[key], value, key)
  })
}
