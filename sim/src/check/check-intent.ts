import type { Intent, IntentStatus } from '@traffic-tacos/payment';
import type { Books } from './books.ts';
import { must } from './breach.ts';

const FOLLOWING: Readonly<Record<IntentStatus, readonly IntentStatus[]>> = {
  PENDING: ['PROCESSING', 'COMPLETED', 'FAILED', 'CANCELLED', 'EXPIRED', 'REFUNDED'],
  PROCESSING: ['COMPLETED', 'FAILED', 'CANCELLED', 'EXPIRED', 'REFUNDED'],
  COMPLETED: ['COMPLETED', 'REFUNDED'],
  FAILED: [],
  CANCELLED: [],
  EXPIRED: [],
  REFUNDED: [],
};

/** I3 and I6 for one image of an intent: no more goes back than was captured, nothing twice, and its facts are counted. */
export function checkIntent(books: Books, after: Intent): void {
  const { id } = after;
  const before = books.intent.get(id);
  if (before === undefined) {
    const reservation = books.reservation.get(after.reservationId);
    must(after.version === 1 && after.status === 'PENDING' && after.refundedMinor === 0, 'I3', id, 'begins as something else than a new intent');
    must(reservation !== undefined && reservation.userId === after.userId, 'I10', id, 'is for the reservation of another');
    return;
  }
  must(after.version === before.version + 1, 'I4', id, () => `version ${after.version} follows ${before.version}`);
  must(FOLLOWING[before.status].includes(after.status), 'I3', id, () => `is ${after.status} after ${before.status}`);
  must(after.amountMinor === before.amountMinor && after.userId === before.userId && after.result === before.result, 'I3', id, 'changed what was frozen');
  must(after.sequence === before.sequence + after.factsAdded, 'I6', id, 'lost a fact, or tells one twice');
  const back = after.refundedMinor - before.refundedMinor;
  must(back >= 0 && after.refundedMinor <= after.amountMinor, 'I3', id, () => `${after.refundedMinor} of ${after.amountMinor} went back`);
  if (back > 0) must(after.lastRefundMinor === back, 'I3', id, 'gave back something else than it says');
  must((after.status === 'REFUNDED') === (after.refundedMinor === after.amountMinor), 'I3', id, () => `${after.status}, and ${after.refundedMinor} of ${after.amountMinor} went back`);
}
