/** Server-side encryption as AWS configures it: kept and shown. What lies on disk is the operator's to encrypt. */
import { streamNamed, type FirehoseContext } from './context.ts'
import type { DeliveryStreamDefinition } from './definition.ts'
import { encryptionQuotaExceeded, invalidArgument } from './faults.ts'
import type { EncryptionInput } from './inputs.ts'

type Encryption = DeliveryStreamDefinition['encryption']

export const NOT_ENCRYPTED: Encryption = { status: 'DISABLED' }

/** Of AWS: starts and stops of one stream together. */
const CALLS_MAX = 25
const CALLS_WITHIN_MS = 24 * 3600_000

/** Gives the stream the encryption that `choose` makes. Throws LimitExceededException, and what `choose` throws. */
export function changeEncryption(
  context: FirehoseContext,
  name: string,
  choose: (definition: DeliveryStreamDefinition) => Encryption,
): Promise<object> {
  return context.turns.take(name, async () => {
    const { definition } = streamNamed(context, name)
    const encryption = choose(definition)
    const nowMs = context.clock.now()
    const recent = (definition.encryptionCallsMs ?? []).filter((ms) => ms > nowMs - CALLS_WITHIN_MS)
    if (recent.length >= CALLS_MAX) throw encryptionQuotaExceeded(CALLS_MAX)
    await context.streams.update({ ...definition, encryption, encryptionCallsMs: [...recent, nowMs] })
    return {}
  })
}

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
