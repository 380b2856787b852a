/** What Firehose answers, to the letter (its own spelling mistakes included), for clients that compare messages. */
export const AWS_PREFIX_MESSAGES = {
  errorPrefixMissing:
    'Ths supplied prefix(es) do not satisfy the following constraint: ErrorOutputPrefix cannot be null or empty when Prefix contains expressions',
  dynamicPartitioningOff:
    'Dynamic Partitioning Namespaces can only be part of a prefix expression when Dynamic Partitioning is enabled.',
} as const
