/** Server-side encryption as AWS configures it: kept and shown. What lies on disk is the operator's to encrypt. */
import type { DeliveryStreamDefinition } from './definition.ts'
import { invalidArgument } from './faults.ts'
import type { EncryptionInput } from './inputs.ts'

type Encryption = DeliveryStreamDefinition['encryption']

export const NOT_ENCRYPTED: Encryption = { status: 'DISABLED' }

/** `region`: of the stream. Throws InvalidArgumentException. */
export function encryptionOf({ KeyType, KeyARN }: EncryptionInput, region: string): Encryption {
  if (KeyType === 'AWS_OWNED_CMK') {
    if (KeyARN !== undefined)
      throw invalidArgument('KeyARN cannot be specified when KeyType is AWS_OWNED_CMK')
    return { status: 'ENABLED', keyType: KeyType }
  }
  if (KeyARN === undefined)
    throw invalidArgument('KeyARN has to be specified when KeyType is CUSTOMER_MANAGED_CMK')
  // arn:aws:kms:<region>:<account>:key/<id>
  if (KeyARN.split(':')[3] !== region)
    throw invalidArgument(
      'Cross-region keys are not allowed for SSE. Please provide CMKs in the same region as firehose',
    )
  return { status: 'ENABLED', keyType: KeyType, keyArn: KeyARN }
}
