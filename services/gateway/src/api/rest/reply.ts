import type { EdgeReply } from '@traffic-tacos/kit';

/** The header that tells a repetition from the first answer. */
const REPLAYED: Readonly<Record<string, string>> = { 'Idempotency-Replayed': 'true' };

/** A success; a repetition of it has the same bytes, only the header differs. */
export function reply(status: number, body: NonNullable<EdgeReply['body']>, replayed = false): EdgeReply {
  return replayed ? { status, body, headers: REPLAYED } : { status, body };
}
