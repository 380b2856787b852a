/** One port, three protocols: JSON 1.1 names its operation in x-amz-target; of what has none, STS has forms, and S3 is the rest. */
import type { HttpHandler } from '../sys/http.ts'
import { isForS3 } from './s3/endpoint.ts'
import { speaksQuery } from './sts/endpoint.ts'

export function chooseEndpoint(endpoints: {
  json: HttpHandler
  s3: HttpHandler
  sts: HttpHandler
}): HttpHandler {
  return (request, response) => {
    const { json, s3, sts } = endpoints
    const chosen = isForS3(request) ? s3 : speaksQuery(request) ? sts : json
    chosen(request, response)
  }
}
