import type { Operation } from '../../aws/service.ts'
import type { FirehoseContext } from './context.ts'
import { changeEncryption, encryptionOf } from './encryption.ts'
import type { EncryptionInput, StreamInput } from './inputs.ts'
import { START_DELIVERY_STREAM_ENCRYPTION_INPUT } from './shapes.ts'

interface StartDeliveryStreamEncryptionInput extends StreamInput {
  DeliveryStreamEncryptionConfigurationInput?: EncryptionInput
}

const DEFAULT_KEY: EncryptionInput = { KeyType: 'AWS_OWNED_CMK' }

/** At once; AWS says ENABLING for a while. */
export const startDeliveryStreamEncryption: Operation<FirehoseContext, StartDeliveryStreamEncryptionInput> = {
  name: 'StartDeliveryStreamEncryption',
  roles: ['admin'],
  input: START_DELIVERY_STREAM_ENCRYPTION_INPUT,
  handle: (context, { DeliveryStreamName: name, DeliveryStreamEncryptionConfigurationInput: key }) =>
    changeEncryption(context, name, ({ region }) => encryptionOf(key ?? DEFAULT_KEY, region)),
}
