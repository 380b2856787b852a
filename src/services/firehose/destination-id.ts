/** A stream has one destination, and AWS calls it always the same. */
export const DESTINATION_ID = 'destinationId-000000000001'
