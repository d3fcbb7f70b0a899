import { withPrefix } from '@traffic-tacos/kernel';
import { compensate, expireOne, type ReservationContext } from '@traffic-tacos/reservation';
import type { EffectOutcome, Effects } from '@traffic-tacos/worker';
import { followOnce, type FollowedOnce, type FollowOnceDeps } from './follow-once.ts';

const NOTHING: EffectOutcome = { kind: 'nothing_to_do' };

/** What the worker has done in the same process: each effect is one entry of the journal, with the id of the message in it where there is one. */
export function directEffects(deps: FollowOnceDeps): Effects {
  const { context } = deps;
  const follow = followOnce(deps);
  return {
    endHold: (reservationId, traceId) => endHold(context(), reservationId, traceId),
    followPayment: async ({ messageId, paymentIntentId }) => effectOf(await follow(messageId, paymentIntentId)),
    compensate: (compensation) => compensate(context(), compensation),
  };
}

async function endHold(context: ReservationContext, ...[reservationId, traceId]: Parameters<Effects['endHold']>): Promise<EffectOutcome> {
  const outcome = await expireOne(context, reservationId, traceId);
  switch (outcome.kind) {
    case 'expired':
      return { kind: 'done', seatIds: outcome.reservation.seatIds };
    case 'not_due':
    case 'ended':
      return NOTHING;
    case 'reservation_not_found':
      return { kind: 'reservation_not_found' };
  }
}

/** A refund that a decision leads to stands in the entry of that decision, so none is under way here. */
function effectOf(followed: FollowedOnce): EffectOutcome {
  if (followed.kind === 'payment_not_found') return { kind: 'payment_not_found' };
  if (followed.kind === 'duplicate' || followed.outcome === undefined) return NOTHING;
  const { outcome } = followed;
  switch (outcome.kind) {
    case 'confirmed':
      return { kind: 'done', orderId: withPrefix('ord', outcome.reservation.id), seatIds: outcome.reservation.seatIds };
    case 'followed':
      return { kind: 'done', seatIds: outcome.reservation.seatIds };
    case 'nothing_to_do':
    case 'payment_not_approved':
    case 'idempotency_conflict':
      return NOTHING;
    case 'reservation_not_found':
      return { kind: 'reservation_not_found' };
    case 'already_confirmed':
    case 'already_cancelled':
    case 'reservation_expired':
    case 'payment_differs':
      return { kind: 'done' };
  }
}
