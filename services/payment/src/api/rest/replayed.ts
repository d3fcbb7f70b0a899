/** Says that the answer is the one that the key was given before. */
export const REPLAYED: Readonly<Record<string, string>> = { 'idempotency-replayed': 'true' };
