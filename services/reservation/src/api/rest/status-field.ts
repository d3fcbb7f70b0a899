import type { FieldRule } from '@traffic-tacos/kit';

/** A field that names a state of a reservation. */
export const STATUS_FIELD: FieldRule = {
  schema: { type: 'string', enum: ['HOLD', 'CONFIRMED', 'CANCELLED', 'EXPIRED', 'FAILED', 'REFUNDED'] },
  anyCase: true,
};
