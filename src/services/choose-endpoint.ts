/** One port, two protocols: JSON 1.1 names its operation in x-amz-target; S3 is what has none. */
import type { HttpHandler } from '../sys/http.ts'
import { isForS3 } from './s3/endpoint.ts'

export function chooseEndpoint(json: HttpHandler, s3: HttpHandler): HttpHandler {
  return (request, response) => (isForS3(request) ? s3 : json)(request, response)
}
