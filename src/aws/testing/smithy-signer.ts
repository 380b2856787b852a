/** AWS's own signer, as its SDKs use it. */
import { SignatureV4 } from '@smithy/signature-v4'
import type { AccessKey } from '../service.ts'
import { Sha256 } from './sha256.ts'

export interface PlainRequest {
  method: string
  path: string
  query: Record<string, string | string[]>
  headers: Record<string, string>
  body: Uint8Array
}

export interface SmithySigner {
  sign(request: PlainRequest, nowMs: number): Promise<PlainRequest>
  presign(request: PlainRequest, nowMs: number, expiresSeconds: number): Promise<PlainRequest>
}

export function smithySigner(
  { accessKeyId, secretAccessKey }: AccessKey,
  region = 'eu-west-1',
  service = 'firehose',
): SmithySigner {
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey },
    region,
    service,
    sha256: Sha256,
  })
  const whole = (request: PlainRequest) => ({ protocol: 'https:', hostname: 'localhost', ...request })
  return {
    sign: async (request, nowMs) =>
      (await signer.sign(whole(request), { signingDate: new Date(nowMs) })) as PlainRequest,
    presign: async (request, nowMs, expiresIn) =>
      (await signer.presign(whole(request), {
        signingDate: new Date(nowMs),
        expiresIn,
        unhoistableHeaders: new Set(['x-amz-target']),
      })) as PlainRequest,
  }
}
